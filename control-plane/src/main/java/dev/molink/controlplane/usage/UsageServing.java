package dev.molink.controlplane.usage;

import org.jspecify.annotations.Nullable;

/**
 * What served a request.
 *
 * @param pipeline empty when the request reached no pipeline
 * @param codec how activations crossed the links between its stages, such as {@code int8}; null where no head told
 */
public record UsageServing(
        String model, String pipeline, @Nullable String codec) {}
