package dev.molink.console.overview;

import dev.molink.console.fleet.PipelineView;
import java.util.List;

/** Whether requests are answered. */
public enum Health {
    /** Every pipeline serves. */
    SERVING,
    /** Some do. */
    DEGRADED,
    /** None does. */
    DOWN,
    /** There is none. */
    EMPTY;

    static Health of(List<PipelineView> pipelines) {
        long serving = pipelines.stream().filter(PipelineView::serving).count();
        if (pipelines.isEmpty()) {
            return EMPTY;
        }
        if (serving == 0) {
            return DOWN;
        }
        return serving == pipelines.size() ? SERVING : DEGRADED;
    }
}
