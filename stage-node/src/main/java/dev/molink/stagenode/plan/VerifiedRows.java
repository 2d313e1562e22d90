package dev.molink.stagenode.plan;

/** What became of a sequence's draft rows in an earlier verify step, for the counters of every stage. */
public record VerifiedRows(long sequenceId, int accepted, int rejected) {}
