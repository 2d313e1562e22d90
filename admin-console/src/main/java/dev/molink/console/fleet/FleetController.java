package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.FleetView;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
final class FleetController {

    private final FleetView fleet;

    FleetController(FleetView fleet) {
        this.fleet = fleet;
    }

    @GetMapping("/console/fleet")
    String page(Model model) {
        model.addAttribute("page", FleetPage.of(fleet.snapshot()));
        return "fleet/fleet";
    }

    /** The part of the page that changes. */
    @GetMapping("/console/fleet/live")
    String live(Model model) {
        page(model);
        return "fleet/fleet :: live";
    }
}
