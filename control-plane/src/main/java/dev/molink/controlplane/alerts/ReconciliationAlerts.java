package dev.molink.controlplane.alerts;

import dev.molink.controlplane.reconciliation.ReconciliationListener;
import dev.molink.controlplane.reconciliation.ReconciliationRun;
import java.util.Map;

/** Tells the installation's operator that the books differ. */
final class ReconciliationAlerts implements ReconciliationListener {

    private final Alerts alerts;

    ReconciliationAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    @Override
    public void finished(ReconciliationRun run) {
        if (run.differences() > 0) {
            alerts.raise(
                    AlertKind.RECONCILIATION_DIFFERENCE,
                    null,
                    "reconciliation:" + run.runId(),
                    Map.of("reconciliation_id", run.runId(), "differences", Long.toString(run.differences())));
        }
    }
}
