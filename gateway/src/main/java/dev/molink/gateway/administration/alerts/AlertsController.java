package dev.molink.gateway.administration.alerts;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.alerts.Alert;
import dev.molink.controlplane.alerts.Alerts;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/alerts}: what was raised lately, whether or not a webhook was told. */
@RestController
final class AlertsController {

    private static final int KEPT_IN_SIGHT = 1000;

    private final Alerts alerts;

    AlertsController(Alerts alerts) {
        this.alerts = alerts;
    }

    @GetMapping("/admin/v1/alerts")
    @AdminRoute(area = Area.ALERTS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        List<Alert> newest = alerts.list(exchange.organizationId(), exchange.isOperator(), KEPT_IN_SIGHT);
        exchange.sendPage(
                Page.of(newest, exchange.paging(Order.DESC), Alert::alertId), Alert::alertId, AlertAnswer::of);
    }
}
