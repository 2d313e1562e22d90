package dev.molink.stagenode.plan;

/**
 * A sequence no longer uses the leading blocks of its table in one KV group: all that stand before {@code firstKept},
 * counted from position 0. The others keep their places. In the plan that starts a sequence, whose table is empty yet:
 * the first {@code firstKept} places stay without a block and the appended blocks stand behind them.
 */
public record BlockTrim(long sequenceId, int kvGroup, int firstKept) {}
