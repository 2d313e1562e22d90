package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKey;
import dev.molink.controlplane.adminkeys.AdminKeys;
import dev.molink.controlplane.adminkeys.CreatedAdminKey;
import dev.molink.controlplane.adminkeys.NewAdminKey;
import dev.molink.controlplane.paging.Page;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/admin_api_keys}. The installation's operator sees and makes keys of the installation as well. */
@RestController
final class AdminKeysController {

    private static final String PATH = "/v1/organization/admin_api_keys";
    private static final String ONE = PATH + "/{key_id}";
    private static final String OBJECT = "organization.admin_api_key";
    private static final String INSTALLATION = "installation";

    private final AdminKeys keys;

    AdminKeysController(AdminKeys keys) {
        this.keys = keys;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.ADMIN_KEYS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        Page<AdminKey> page = Page.of(
                keys.list(exchange.organizationId(), exchange.isOperator()), exchange.paging(), AdminKey::keyId);
        exchange.sendPage(page, AdminKey::keyId, key -> Answer.of(key, null));
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.ADMIN_KEYS, access = Access.MANAGE)
    void create(AdminExchange exchange) throws IOException {
        Fields body = exchange.body();
        String name = body.requireString("name");
        Role role = role(body.string("role"), exchange.caller().role());
        Long seconds =
                body.longInteger("expires_in_seconds", 1, Duration.ofDays(3650).toSeconds());
        String scope = body.string("scope");
        NewAdminKey wanted = new NewAdminKey(
                name,
                role,
                ofInstallation(scope) ? null : exchange.organizationId(),
                seconds == null ? null : Duration.ofSeconds(seconds));
        CreatedAdminKey created = keys.create(wanted, exchange.caller(), exchange.requestId());
        exchange.send(Answer.of(created.key(), created.text()));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.ADMIN_KEYS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("key_id") String keyId) throws IOException {
        exchange.send(Answer.of(keys.find(keyId, exchange.caller()), null));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.ADMIN_KEYS, access = Access.MANAGE)
    void delete(AdminExchange exchange, @PathVariable("key_id") String keyId) throws IOException {
        keys.revoke(keyId, exchange.caller(), exchange.requestId());
        exchange.sendDeleted(OBJECT + ".deleted", keyId);
    }

    private static Role role(@Nullable String word, Role standard) {
        if (word == null) {
            return standard;
        }
        return Arrays.stream(Role.values())
                .filter(role -> word(role).equals(word))
                .findFirst()
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        "role",
                        "Invalid 'role': expected one of %s."
                                .formatted(String.join(
                                        ", ",
                                        Arrays.stream(Role.values())
                                                .map(AdminKeysController::word)
                                                .toList()))));
    }

    private static boolean ofInstallation(@Nullable String scope) {
        if (scope == null || scope.equals("organization")) {
            return false;
        }
        if (scope.equals(INSTALLATION)) {
            return true;
        }
        throw ApiException.field(
                ErrorCode.INVALID_VALUE, "scope", "Invalid 'scope': expected 'organization' or 'installation'.");
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /**
     * A key in OpenAI's shape, and its role and scope.
     *
     * @param value the key's text, in the answer to its creation only
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(
            String object,
            String id,
            String name,
            @JsonProperty("redacted_value") String redactedValue,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String value,

            @JsonProperty("created_at") long createdAt,
            @JsonProperty("expires_at") @Nullable Long expiresAt,
            @JsonProperty("last_used_at") @Nullable Long lastUsedAt,
            Owner owner,
            String role,
            String scope,
            @JsonProperty("created_by") String createdBy) {

        static Answer of(AdminKey key, @Nullable String text) {
            return new Answer(
                    OBJECT,
                    key.keyId(),
                    key.name(),
                    key.redacted(),
                    text,
                    key.createdAt().getEpochSecond(),
                    seconds(key.expiresAt()),
                    seconds(key.lastUsedAt()),
                    Owner.of(key),
                    word(key.role()),
                    key.organizationId() == null ? INSTALLATION : "organization",
                    key.createdBy());
        }

        private static @Nullable Long seconds(@Nullable Instant instant) {
            return instant == null ? null : instant.getEpochSecond();
        }
    }

    /** Whose key it is: an admin key is an owner of its own, as a service account is. */
    private record Owner(
            String type,
            String object,
            String id,
            String name,
            @JsonProperty("created_at") long createdAt,
            String role) {

        static Owner of(AdminKey key) {
            return new Owner(
                    "service_account",
                    "organization.service_account",
                    key.keyId(),
                    key.name(),
                    key.createdAt().getEpochSecond(),
                    word(key.role()));
        }
    }
}
