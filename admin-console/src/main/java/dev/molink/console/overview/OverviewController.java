package dev.molink.console.overview;

import dev.molink.controlplane.fleet.FleetView;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
final class OverviewController {

    private final FleetView fleet;
    private final RecentUsage usage;

    OverviewController(FleetView fleet, RecentUsage usage) {
        this.fleet = fleet;
        this.usage = usage;
    }

    @GetMapping("/console/overview")
    String page(Model model) {
        model.addAttribute("page", OverviewPage.of(fleet.snapshot(), usage.totals()));
        return "overview/overview";
    }

    /** The part of the page that changes. */
    @GetMapping("/console/overview/live")
    String live(Model model) {
        page(model);
        return "overview/overview :: live";
    }
}
