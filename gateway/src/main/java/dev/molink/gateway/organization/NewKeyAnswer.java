package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.gateway.http.UnixTime;
import org.jspecify.annotations.Nullable;

/**
 * A new key of a service account in OpenAI's shape.
 *
 * @param value its text, which is never shown again
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record NewKeyAnswer(
        String object,
        String id,
        String name,
        String value,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("expires_at") @Nullable Long expiresAt) {

    static NewKeyAnswer of(CreatedApiKey created) {
        return new NewKeyAnswer(
                "organization.project.service_account.api_key",
                created.key().keyId(),
                created.key().name(),
                created.text(),
                created.key().createdAt().getEpochSecond(),
                UnixTime.of(created.key().expiresAt()));
    }

    @Override
    public String toString() {
        return "NewKeyAnswer[%s]".formatted(id);
    }
}
