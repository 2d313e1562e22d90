package dev.molink.controlplane.admission;

import dev.molink.controlplane.pricing.PriceRule;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants before its first step; one per prompt of an HTTP request.
 *
 * @param price the rule that holds for it until its end; null: its project is not billed
 * @param maxGeneratedTokens over all choices
 */
public record AdmissionRequest(
        String requestId,
        String apiKeyId,
        String projectId,
        String organizationId,
        String model,
        @Nullable PriceRule price,
        int promptTokens,
        long maxGeneratedTokens) {}
