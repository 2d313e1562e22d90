package dev.molink.stagenode.plan;

/** One KV block of a group becomes a copy of another, in all layers, before the step's rows are computed. */
public record BlockCopy(int kvGroup, int source, int target) {}
