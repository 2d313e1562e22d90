package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.keys.ApiKeySummary;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/projects/ID/api_keys}: keys that are not revoked. */
@RestController
final class ProjectKeysController {

    private static final String PATH = "/v1/organization/projects/{project_id}/api_keys";
    private static final String ONE = PATH + "/{key_id}";

    private final Tenancy tenancy;
    private final ApiKeys keys;

    ProjectKeysController(Tenancy tenancy, ApiKeys keys) {
        this.tenancy = tenancy;
        this.keys = keys;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void list(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        tenancy.project(exchange.organizationId(), projectId);
        exchange.sendPage(keys.list(projectId, false, exchange.paging()), ApiKeySummary::keyId, ProjectKeyAnswer::of);
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("project_id") String projectId, @PathVariable("key_id") String keyId)
            throws IOException {
        exchange.send(ProjectKeyAnswer.of(require(exchange, projectId, keyId)));
    }

    @DeleteMapping(ONE)
    @AdminRoute(area = Area.KEYS, access = Access.MANAGE)
    void delete(
            AdminExchange exchange, @PathVariable("project_id") String projectId, @PathVariable("key_id") String keyId)
            throws IOException {
        require(exchange, projectId, keyId);
        exchange.change(() -> {
            ApiKeySummary revoked = keys.revoke(keyId);
            exchange.audit("api_key.deleted", keyId, Map.of("name", revoked.name()), Map.of());
            return revoked;
        });
        exchange.sendDeleted("organization.project.api_key.deleted", keyId);
    }

    private ApiKeySummary require(AdminExchange exchange, String projectId, String keyId) {
        ApiKeySummary key = keys.find(exchange.organizationId(), projectId, keyId);
        if (key.revoked()) {
            throw AdminExchange.notFound("API key", keyId);
        }
        return key;
    }
}
