package dev.molink.gateway.http;

import org.jspecify.annotations.Nullable;

/** OpenAI's error object; all four keys are always present. */
public record ErrorBody(Detail error) {

    public record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}
}
