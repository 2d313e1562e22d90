package dev.molink.stagenode.plan;

/**
 * A sequence leaves the stages: block tables and sampling state are dropped before the step runs.
 *
 * @param discardedRows rows that steps computed for it when it was over already
 * @param over false: it was preempted and comes back with another start
 */
public record SequenceEnd(long sequenceId, int discardedRows, boolean over) {

    public static SequenceEnd over(long sequenceId) {
        return new SequenceEnd(sequenceId, 0, true);
    }
}
