package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import dev.molink.gateway.http.UnixTime;
import org.jspecify.annotations.Nullable;

/** A project's key in OpenAI's shape. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ProjectKeyAnswer(
        String object,
        @JsonProperty("redacted_value") String redactedValue,
        String name,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("last_used_at") @Nullable Long lastUsedAt,
        @JsonProperty("expires_at") @Nullable Long expiresAt,
        String id,
        Owner owner) {

    static ProjectKeyAnswer of(ApiKeySummary key) {
        return new ProjectKeyAnswer(
                "organization.project.api_key",
                key.redacted(),
                key.name(),
                key.createdAt().getEpochSecond(),
                UnixTime.of(key.lastUsedAt()),
                UnixTime.of(key.expiresAt()),
                key.keyId(),
                Owner.of(key.serviceAccount()));
    }

    /** Whose key it is. One that is no service account's belongs to the project's people, none of them in particular. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Owner(
            String type,
            @JsonProperty("service_account") @Nullable ServiceAccountAnswer serviceAccount) {

        static Owner of(@Nullable ServiceAccountSummary account) {
            return account == null
                    ? new Owner("user", null)
                    : new Owner("service_account", ServiceAccountAnswer.of(account));
        }
    }
}
