package dev.molink.gateway.administration.projects;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.gateway.http.UnixTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key with its scope. Times are seconds since 1970; a list that is null sets no bound.
 *
 * @param value the key's text, in the answer to its creation only
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record KeyDetails(
        String object,
        String id,
        String name,
        @JsonProperty("project_id") String projectId,
        @JsonProperty("service_account_id") @Nullable String serviceAccountId,
        @JsonProperty("redacted_value") String redactedValue,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String value,
        @Nullable List<String> models,
        @Nullable List<String> endpoints,
        @JsonProperty("ip_ranges") @Nullable List<String> ipRanges,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("expires_at") @Nullable Long expiresAt,
        @JsonProperty("revoked_at") @Nullable Long revokedAt,
        @JsonProperty("replaced_by") @Nullable String replacedBy,
        @JsonProperty("last_used_at") @Nullable Long lastUsedAt) {

    static KeyDetails of(ApiKeySummary key) {
        return with(key, null);
    }

    static KeyDetails with(ApiKeySummary key, @Nullable String text) {
        return new KeyDetails(
                "api_key",
                key.keyId(),
                key.name(),
                key.projectId(),
                key.serviceAccount() == null ? null : key.serviceAccount().serviceAccountId(),
                key.redacted(),
                text,
                texts(key.scope().models()),
                texts(key.scope().endpoints()),
                texts(key.scope().ipRanges()),
                key.createdAt().getEpochSecond(),
                UnixTime.of(key.expiresAt()),
                UnixTime.of(key.revokedAt()),
                key.replacedById(),
                UnixTime.of(key.lastUsedAt()));
    }

    /** What the audit log tells of it. */
    Map<String, String> audited() {
        Map<String, String> fields = new HashMap<>();
        fields.put("name", name);
        put(fields, "project_id", projectId);
        put(fields, "service_account_id", serviceAccountId);
        put(fields, "models", models);
        put(fields, "endpoints", endpoints);
        put(fields, "ip_ranges", ipRanges);
        put(fields, "expires_at", expiresAt);
        put(fields, "replaced_by", replacedBy);
        return fields;
    }

    private static void put(Map<String, String> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
    }

    private static @Nullable List<String> texts(List<?> entries) {
        return entries.isEmpty() ? null : entries.stream().map(Object::toString).toList();
    }

    @Override
    public String toString() {
        return "KeyDetails[%s]".formatted(id);
    }
}
