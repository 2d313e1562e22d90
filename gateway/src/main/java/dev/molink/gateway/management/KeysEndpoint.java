package dev.molink.gateway.management;

import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.KeyWords;
import dev.molink.controlplane.keys.KeyWords.Named;
import dev.molink.controlplane.keys.NewKey;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * API keys on the management port, for {@code molink keys}: {@code GET /actuator/keys} lists, {@code POST} with {@code name}
 * and optionally {@code organization}, {@code project}, {@code models}, {@code endpoints}, {@code ipRanges} and {@code
 * expiresInDays} creates and shows the key's text this once, {@code DELETE /actuator/keys/ID} revokes. Actuator takes no JSON
 * arrays, so the entries of the lists are separated by commas. A refusal is a status and a sentence in {@code error}.
 */
@Component
@WebEndpoint(id = "keys")
final class KeysEndpoint {

    private static final String DEFAULT_PROJECT = "default";

    private final ApiKeys keys;
    private final AuditedKeys changes;

    KeysEndpoint(ApiKeys keys, AuditedKeys changes) {
        this.keys = keys;
        this.changes = changes;
    }

    @ReadOperation
    KeyList list() {
        return new KeyList(keys.list().stream().map(KeyEntry::of).toList());
    }

    @WriteOperation
    WebEndpointResponse<?> create(
            String name,
            @Nullable String organization,
            @Nullable String project,
            @Nullable List<String> models,
            @Nullable List<String> endpoints,
            @Nullable List<String> ipRanges,
            @Nullable Integer expiresInDays) {
        return ManagementAnswers.answer(() -> {
            KeyScope scope = KeyWords.scope(
                    new Named("models", models), new Named("endpoints", endpoints), new Named("ipRanges", ipRanges));
            CreatedApiKey created = changes.create(
                    ManagementCaller.CALLER,
                    organization == null ? Tenancy.DEFAULT_ORGANIZATION : organization,
                    project == null ? DEFAULT_PROJECT : project,
                    new NewKey(name, scope, KeyWords.lifetime("expiresInDays", expiresInDays)));
            return new ShownKey(KeyEntry.of(created.key()), created.text());
        });
    }

    @DeleteOperation
    WebEndpointResponse<?> revoke(@Selector String keyId) {
        return ManagementAnswers.answer(() -> KeyEntry.of(changes.revoke(ManagementCaller.CALLER, keyId)));
    }

    record KeyList(List<KeyEntry> keys) {}

    record ShownKey(KeyEntry key, String text) {

        @Override
        public String toString() {
            return "ShownKey[%s]".formatted(key.keyId());
        }
    }
}
