package dev.molink.controlplane.reconciliation;

import java.util.List;

/** Is told of each comparison that finished, on the thread that ran it, once its results are durable. */
@FunctionalInterface
public interface ReconciliationListener {

    /** @param differences at most the first thousand; open items are not among them */
    void finished(ReconciliationRun run, List<Finding> differences);
}
