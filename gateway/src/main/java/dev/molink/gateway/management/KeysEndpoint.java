package dev.molink.gateway.management;

import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
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
 * and optionally {@code organization} and {@code project} creates and shows the key's text this once, {@code DELETE
 * /actuator/keys/ID} revokes. A refusal is a status and a sentence in {@code error}.
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
    WebEndpointResponse<?> create(String name, @Nullable String organization, @Nullable String project) {
        return ManagementAnswers.answer(() -> {
            CreatedApiKey created = changes.create(
                    ManagementCaller.CALLER,
                    organization == null ? Tenancy.DEFAULT_ORGANIZATION : organization,
                    project == null ? DEFAULT_PROJECT : project,
                    name);
            return new NewKey(KeyEntry.of(created.key()), created.text());
        });
    }

    @DeleteOperation
    WebEndpointResponse<?> revoke(@Selector String keyId) {
        return ManagementAnswers.answer(() -> KeyEntry.of(changes.revoke(ManagementCaller.CALLER, keyId)));
    }

    record KeyList(List<KeyEntry> keys) {}

    record NewKey(KeyEntry key, String text) {

        @Override
        public String toString() {
            return "NewKey[%s]".formatted(key.keyId());
        }
    }
}
