package dev.molink.console.overview;

import dev.molink.console.access.Visitor;
import dev.molink.controlplane.fleet.FleetView;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
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
    String page(@AuthenticationPrincipal Visitor visitor, Model model) {
        OverviewPage page = visitor.organizationId() == null
                ? OverviewPage.of(fleet.snapshot(), usage.totals())
                : OverviewPage.ofTenant(fleet.snapshot(), usage.totals(visitor.organizationId()));
        model.addAttribute("page", page);
        return "overview/overview";
    }

    /** The part of the page that changes. */
    @GetMapping("/console/overview/live")
    String live(@AuthenticationPrincipal Visitor visitor, Model model) {
        page(visitor, model);
        return "overview/overview :: live";
    }
}
