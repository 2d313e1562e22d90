package dev.molink.controlplane.fleet;

/** A formed pipeline that takes requests; they go to its head. */
public record ServingPipeline(String name, String model, long epoch, String headNodeId) {}
