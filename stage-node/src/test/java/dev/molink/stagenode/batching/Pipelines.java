package dev.molink.stagenode.batching;

import dev.molink.stagenode.batching.Measurements.Stage;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.Collections;
import java.util.List;

/** Pipelines of equal stages, in milliseconds and megabits. */
final class Pipelines {

    static final int HIDDEN_SIZE = 5120;

    private Pipelines() {}

    static Measurements one(double decodeMillis, double prefillTokenMillis) {
        return new Measurements(HIDDEN_SIZE, 2 * HIDDEN_SIZE, List.of(stage(decodeMillis, prefillTokenMillis, 0, 0)));
    }

    /** Rows are bf16; each link, that of the tokens too, has the same rate and delay. */
    static Measurements equal(
            int stages, double decodeMillis, double prefillTokenMillis, double megabits, double delayMillis) {
        return new Measurements(
                HIDDEN_SIZE,
                2 * HIDDEN_SIZE,
                Collections.nCopies(stages, stage(decodeMillis, prefillTokenMillis, megabits, delayMillis)));
    }

    private static Stage stage(double decodeMillis, double prefillTokenMillis, double megabits, double delayMillis) {
        LinkRate link = new LinkRate(Math.round(megabits * 1e6 / 8), nanos(delayMillis));
        return new Stage(nanos(decodeMillis), DecodeCost.UNKNOWN, nanos(prefillTokenMillis), link);
    }

    /** Equal stages whose decode steps of n rows take {@code fixedMillis + n · rowMillis}. */
    static Measurements costing(int stages, double fixedMillis, double rowMillis, double megabits, double delayMillis) {
        LinkRate link = new LinkRate(Math.round(megabits * 1e6 / 8), nanos(delayMillis));
        DecodeCost cost = new DecodeCost(nanos(fixedMillis), nanos(rowMillis));
        Stage stage = new Stage(nanos(fixedMillis + rowMillis), cost, nanos(1), link);
        return new Measurements(HIDDEN_SIZE, 2 * HIDDEN_SIZE, Collections.nCopies(stages, stage));
    }

    static Load load(int waiting, int running) {
        return new Load(waiting, running, false, 0);
    }

    static long nanos(double millis) {
        return Math.round(millis * 1e6);
    }
}
