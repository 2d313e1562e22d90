package dev.molink.gateway.management;

import dev.molink.controlplane.adminkeys.CreatedAdminKey;
import dev.molink.controlplane.adminkeys.FirstAdminKey;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * Admin keys on the management port, for {@code molink keys create-admin}: {@code POST /actuator/adminkeys} with {@code name}
 * and optionally {@code role}, {@code organization} and {@code expiresInDays} creates one and shows its text this once. The
 * rest is done with such a key.
 */
@Component
@WebEndpoint(id = "adminkeys")
final class AdminKeysEndpoint {

    private final FirstAdminKey keys;

    AdminKeysEndpoint(FirstAdminKey keys) {
        this.keys = keys;
    }

    @WriteOperation
    WebEndpointResponse<?> create(
            String name, @Nullable String role, @Nullable String organization, @Nullable Integer expiresInDays) {
        return ManagementAnswers.answer(() -> {
            CreatedAdminKey created = keys.create(ManagementCaller.CALLER, name, role, organization, expiresInDays);
            return new NewAdminKey(created.key().keyId(), created.key().redacted(), created.text());
        });
    }

    record NewAdminKey(String keyId, String redacted, String text) {

        @Override
        public String toString() {
            return "NewAdminKey[%s]".formatted(keyId);
        }
    }
}
