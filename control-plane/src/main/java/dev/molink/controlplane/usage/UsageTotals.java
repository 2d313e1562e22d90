package dev.molink.controlplane.usage;

/** Sums over the requests of a span of time. {@code failedRequests} are part of {@code requests}. */
public record UsageTotals(long requests, long failedRequests, long promptTokens, long generatedTokens) {}
