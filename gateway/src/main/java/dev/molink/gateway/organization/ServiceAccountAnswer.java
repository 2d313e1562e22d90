package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A service account in OpenAI's shape.
 *
 * @param apiKey its first key, in the answer to its creation only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ServiceAccountAnswer(
        String object,
        String id,
        String name,
        String role,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("api_key") @Nullable NewKeyAnswer apiKey) {

    static ServiceAccountAnswer of(ServiceAccountSummary account) {
        return with(account, null);
    }

    static ServiceAccountAnswer with(ServiceAccountSummary account, @Nullable NewKeyAnswer key) {
        return new ServiceAccountAnswer(
                "organization.project.service_account",
                account.serviceAccountId(),
                account.name(),
                account.role().name().toLowerCase(Locale.ROOT),
                account.createdAt().getEpochSecond(),
                key);
    }
}
