package dev.molink.gateway.administration.projects;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.controlplane.keys.KeyRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/projects/ID/api_keys} and {@code /admin/v1/api_keys}: keys with scopes, expiry and rotation. */
@RestController
final class KeysController {

    private static final String OF_PROJECT = "/admin/v1/projects/{project_id}/api_keys";
    private static final String ALL = "/admin/v1/api_keys";
    private static final String ONE = ALL + "/{key_id}";
    private static final long MAX_SECONDS = Duration.ofDays(3650).toSeconds();
    private static final long MAX_DAYS = 3650;

    private final Tenancy tenancy;
    private final ApiKeys keys;
    private final InstantSource clock;

    KeysController(Tenancy tenancy, ApiKeys keys, InstantSource clock) {
        this.tenancy = tenancy;
        this.keys = keys;
        this.clock = clock;
    }

    /** All keys of the project, revoked ones too. */
    @GetMapping(OF_PROJECT)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void list(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        tenancy.project(exchange.organizationId(), projectId);
        exchange.sendPage(keys.list(projectId, true, exchange.paging()), ApiKeySummary::keyId, KeyDetails::of);
    }

    @PostMapping(OF_PROJECT)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void create(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        tenancy.project(exchange.organizationId(), projectId);
        Fields body = exchange.body();
        String name = body.requireString("name");
        String serviceAccountId = body.string("service_account_id");
        KeyScope scope = ScopeFields.read(body);
        Instant expiresAt = expiry(body);
        KeyRequest wanted = new KeyRequest(projectId, serviceAccountId, name, scope, expiresAt);
        exchange.send(exchange.change(() -> {
            CreatedApiKey created = keys.create(wanted);
            KeyDetails details = KeyDetails.with(created.key(), created.text());
            exchange.audit("api_key.created", details.id(), Map.of(), details.audited());
            return details;
        }));
    }

    /** The organization's keys that work now and will have expired in {@code expires_within_days}, the next one first. */
    @GetMapping(ALL)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void expiring(AdminExchange exchange) throws IOException {
        Long days = exchange.queryInteger("expires_within_days", 0, MAX_DAYS);
        if (days == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER,
                    "expires_within_days",
                    "Missing required parameter: 'expires_within_days'; a project's keys are at /admin/v1/projects/ID/api_keys.");
        }
        Page<ApiKeySummary> page = Page.of(
                keys.expiring(exchange.organizationId(), Duration.ofDays(days)),
                exchange.paging(),
                ApiKeySummary::keyId);
        exchange.sendPage(page, ApiKeySummary::keyId, KeyDetails::of);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("key_id") String keyId) throws IOException {
        exchange.send(KeyDetails.of(keys.find(exchange.organizationId(), keyId)));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void revoke(AdminExchange exchange, @PathVariable("key_id") String keyId) throws IOException {
        keys.find(exchange.organizationId(), keyId);
        exchange.change(() -> {
            KeyDetails revoked = KeyDetails.of(keys.revoke(keyId));
            exchange.audit("api_key.deleted", keyId, revoked.audited(), Map.of());
            return revoked;
        });
        exchange.sendDeleted("api_key.deleted", keyId);
    }

    /** The old key goes on for {@code overlap_seconds}, without them not at all. */
    @PostMapping(ONE + "/rotate")
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void rotate(AdminExchange exchange, @PathVariable("key_id") String keyId) throws IOException {
        KeyDetails before = KeyDetails.of(keys.find(exchange.organizationId(), keyId));
        Fields body = exchange.optionalBody();
        Long overlap = body.longInteger("overlap_seconds", 0, ApiKeys.MAX_OVERLAP.toSeconds());
        Instant expiresAt = expiry(body);
        exchange.send(exchange.change(() -> {
            CreatedApiKey created = keys.rotate(keyId, Duration.ofSeconds(overlap == null ? 0 : overlap), expiresAt);
            exchange.audit(
                    "api_key.rotated",
                    keyId,
                    before.audited(),
                    KeyDetails.of(keys.find(keyId)).audited());
            return KeyDetails.with(created.key(), created.text());
        }));
    }

    private @Nullable Instant expiry(Fields body) {
        Long seconds = body.longInteger("expires_in_seconds", 1, MAX_SECONDS);
        return seconds == null ? null : clock.instant().plusSeconds(seconds);
    }
}
