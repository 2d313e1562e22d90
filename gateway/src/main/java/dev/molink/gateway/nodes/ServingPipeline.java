package dev.molink.gateway.nodes;

/** A formed pipeline as requests see it. */
public record ServingPipeline(String name, String model, long epoch, String headNodeId) {}
