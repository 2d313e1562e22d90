package dev.molink.gateway.organization;

import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.KeyRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.ServiceAccounts;
import dev.molink.controlplane.tenancy.ServiceAccountRole;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;
import dev.molink.gateway.testing.Tenant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Projects, service accounts and API keys, in OpenAI's shapes and in our own. */
final class ProjectSamples implements RouteSamples {

    private static final String PROJECTS = "/v1/organization/projects";
    private static final String ONE = PROJECTS + "/{project_id}";
    private static final String ACCOUNTS = ONE + "/service_accounts";
    private static final String OWN_PROJECT = "/admin/v1/projects/{project_id}";
    private static final String OWN_KEYS = "/admin/v1/api_keys";

    @Override
    public void describe(Registry registry) {
        registry.variable(PROJECTS, "project_id", ProjectSamples::project)
                .variable("/admin/v1/projects", "project_id", ProjectSamples::project)
                .variable(ACCOUNTS, "service_account_id", ProjectSamples::serviceAccount)
                .variable(ONE + "/api_keys", "key_id", (tenant, earlier) -> key(tenant, projectOf(earlier)))
                .variable(OWN_KEYS, "key_id", (tenant, earlier) -> key(tenant, project(tenant, earlier)))
                .body("POST " + PROJECTS, (tenant, earlier) -> "{'name':'%s'}".formatted(UUID.randomUUID()))
                .body("POST " + ONE, (tenant, earlier) -> "{'name':'%s'}".formatted(UUID.randomUUID()))
                .body("POST " + ONE + "/archive", "{}")
                .body("POST " + ACCOUNTS, "{'name':'made'}")
                .body("POST " + ACCOUNTS + "/{service_account_id}", "{'role':'owner'}")
                .body("POST " + ACCOUNTS + "/{service_account_id}/api_keys", "{}")
                .body("POST " + OWN_PROJECT, "{'shares_prefix_cache':true}")
                .body("POST " + OWN_PROJECT + "/api_keys", "{'name':'made'}")
                .body("POST " + OWN_KEYS + "/{key_id}/rotate", "{}")
                .query("GET " + OWN_KEYS, "expires_within_days=30");
    }

    private static String project(Tenant tenant, Map<String, String> earlier) {
        return tenant.bean(Tenancy.class)
                .addProject(tenant.organizationId(), UUID.randomUUID().toString(), true)
                .projectId();
    }

    private static String serviceAccount(Tenant tenant, Map<String, String> earlier) {
        return tenant.bean(ServiceAccounts.class)
                .create(projectOf(earlier), "sample", ServiceAccountRole.MEMBER)
                .serviceAccountId();
    }

    private static String key(Tenant tenant, String projectId) {
        return tenant.bean(ApiKeys.class)
                .create(new KeyRequest(projectId, null, "sample", KeyScope.ANY, null))
                .key()
                .keyId();
    }

    private static String projectOf(Map<String, String> earlier) {
        return Objects.requireNonNull(earlier.get("project_id"));
    }
}
