package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.StageReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which share of its time each stage was idle, between its last two reports. */
final class BubbleShares {

    static final double UNKNOWN = Double.NaN;

    private final StageReport[] last;
    private final List<Double> shares;

    BubbleShares(int stages) {
        last = new StageReport[stages];
        shares = new ArrayList<>(Collections.nCopies(stages, UNKNOWN));
    }

    void report(StageReport report) {
        StageReport before = last[report.stage()];
        long busy = report.busyNanos() - (before == null ? 0 : before.busyNanos());
        long wall = report.wallNanos() - (before == null ? 0 : before.wallNanos());
        if (wall > 0) {
            shares.set(report.stage(), Math.clamp(1 - (double) busy / wall, 0, 1));
            last[report.stage()] = report;
        }
    }

    List<Double> shares() {
        return List.copyOf(shares);
    }
}
