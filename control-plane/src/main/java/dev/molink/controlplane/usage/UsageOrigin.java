package dev.molink.controlplane.usage;

import org.jspecify.annotations.Nullable;

/**
 * Who asked, and how.
 *
 * @param endpoint the path that the client called, such as {@code /v1/chat/completions}
 * @param endUser the tenant's own label for whom it served; null when the client gave none
 * @param serviceTier how urgent it was, in OpenAI's words: {@code default} or {@code flex}; null: an old record, default
 */
public record UsageOrigin(
        String apiKeyId,
        String projectId,
        String organizationId,
        String endpoint,
        @Nullable String endUser,
        @Nullable String serviceTier) {

    /** The service tier of a request that named none. */
    public static final String DEFAULT_TIER = "default";

    /** That of a request which named neither an end user nor a service tier. */
    public static UsageOrigin of(String apiKeyId, String projectId, String organizationId, String endpoint) {
        return new UsageOrigin(apiKeyId, projectId, organizationId, endpoint, null, DEFAULT_TIER);
    }
}
