package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.CreatedApiKey;
import dev.molink.controlplane.keys.KeyRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.ServiceAccounts;
import dev.molink.controlplane.tenancy.ServiceAccountRole;
import dev.molink.controlplane.tenancy.ServiceAccountSummary;
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
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/projects/ID/service_accounts}. */
@RestController
final class ServiceAccountsController {

    private static final String PATH = "/v1/organization/projects/{project_id}/service_accounts";
    private static final String ONE = PATH + "/{service_account_id}";
    private static final String KEY_NAME = "Secret Key";
    private static final long MAX_SECONDS = Duration.ofDays(365).toSeconds();

    private final Tenancy tenancy;
    private final ServiceAccounts accounts;
    private final ApiKeys keys;
    private final InstantSource clock;

    ServiceAccountsController(Tenancy tenancy, ServiceAccounts accounts, ApiKeys keys, InstantSource clock) {
        this.tenancy = tenancy;
        this.accounts = accounts;
        this.keys = keys;
        this.clock = clock;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void list(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        requireProject(exchange, projectId);
        exchange.sendPage(
                accounts.list(projectId, exchange.paging()),
                ServiceAccountSummary::serviceAccountId,
                ServiceAccountAnswer::of);
    }

    /** Creates an account with a first key, unless {@code create_service_account_only} is true. */
    @PostMapping(PATH)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void create(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        requireProject(exchange, projectId);
        Fields body = exchange.body();
        String name = body.requireString("name");
        ServiceAccountRole role = role(body, ServiceAccountRole.MEMBER);
        boolean withoutKey = body.flag("create_service_account_only");
        Instant expiresAt = expiry(body);
        if (withoutKey && expiresAt != null) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    "expires_in_seconds",
                    "Invalid 'expires_in_seconds': no key is created with 'create_service_account_only'.");
        }
        ServiceAccountAnswer answer = exchange.change(() -> {
            ServiceAccountSummary account = accounts.create(projectId, name, role);
            exchange.audit("service_account.created", account.serviceAccountId(), Map.of(), audited(account));
            return ServiceAccountAnswer.with(
                    account, withoutKey ? null : newKey(exchange, account, KEY_NAME, expiresAt));
        });
        exchange.send(answer);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void one(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("service_account_id") String id)
            throws IOException {
        exchange.send(ServiceAccountAnswer.of(require(exchange, projectId, id)));
    }

    @PostMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void change(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("service_account_id") String id)
            throws IOException {
        ServiceAccountSummary before = require(exchange, projectId, id);
        Fields body = exchange.body();
        String name = body.string("name");
        ServiceAccountRole role = role(body, before.role());
        ServiceAccountSummary changed = exchange.change(() -> {
            ServiceAccountSummary after = accounts.change(projectId, id, name == null ? before.name() : name, role);
            exchange.audit("service_account.updated", id, audited(before), audited(after));
            return after;
        });
        exchange.send(ServiceAccountAnswer.of(changed));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void delete(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("service_account_id") String id)
            throws IOException {
        require(exchange, projectId, id);
        exchange.change(() -> {
            ServiceAccountSummary deleted = accounts.delete(projectId, id);
            exchange.audit("service_account.deleted", id, audited(deleted), Map.of());
            return deleted;
        });
        exchange.sendDeleted("organization.project.service_account.deleted", id);
    }

    @PostMapping(ONE + "/api_keys")
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void createKey(
            AdminExchange exchange,
            @PathVariable("project_id") String projectId,
            @PathVariable("service_account_id") String id)
            throws IOException {
        ServiceAccountSummary account = require(exchange, projectId, id);
        Fields body = exchange.optionalBody();
        String name = body.string("name");
        Instant expiresAt = expiry(body);
        exchange.send(exchange.change(() -> newKey(exchange, account, name == null ? KEY_NAME : name, expiresAt)));
    }

    private NewKeyAnswer newKey(
            AdminExchange exchange, ServiceAccountSummary account, String name, @Nullable Instant expiresAt) {
        CreatedApiKey created = keys.create(
                new KeyRequest(account.projectId(), account.serviceAccountId(), name, KeyScope.ANY, expiresAt));
        exchange.audit(
                "api_key.created",
                created.key().keyId(),
                Map.of(),
                Map.of("name", created.key().name(), "service_account_id", account.serviceAccountId()));
        return NewKeyAnswer.of(created);
    }

    private void requireProject(AdminExchange exchange, String projectId) {
        tenancy.project(exchange.organizationId(), projectId);
    }

    private ServiceAccountSummary require(AdminExchange exchange, String projectId, String id) {
        requireProject(exchange, projectId);
        return accounts.find(projectId, id);
    }

    private @Nullable Instant expiry(Fields body) {
        Long seconds = body.longInteger("expires_in_seconds", 1, MAX_SECONDS);
        return seconds == null ? null : clock.instant().plusSeconds(seconds);
    }

    private static ServiceAccountRole role(Fields body, ServiceAccountRole standard) {
        String word = body.string("role");
        return switch (word) {
            case null -> standard;
            case "member" -> ServiceAccountRole.MEMBER;
            case "owner" -> ServiceAccountRole.OWNER;
            default ->
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE, "role", "Invalid 'role': expected 'member' or 'owner'.");
        };
    }

    private static Map<String, String> audited(ServiceAccountSummary account) {
        return Map.of("name", account.name(), "role", account.role().name().toLowerCase(Locale.ROOT));
    }
}
