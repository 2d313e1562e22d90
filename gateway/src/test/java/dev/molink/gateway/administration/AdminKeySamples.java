package dev.molink.gateway.administration;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.adminkeys.AdminKeys;
import dev.molink.controlplane.adminkeys.NewAdminKey;
import dev.molink.gateway.testing.RouteSample.Registry;
import dev.molink.gateway.testing.RouteSamples;

/** Admin keys and the audit log. */
final class AdminKeySamples implements RouteSamples {

    private static final AdminCaller OPERATOR = new AdminCaller(ActorKind.SYSTEM, "test", null, Role.OWNER);
    private static final String PATH = "/v1/organization/admin_api_keys";

    @Override
    public void describe(Registry registry) {
        registry.variable(
                        PATH,
                        "key_id",
                        (tenant, earlier) -> tenant.bean(AdminKeys.class)
                                .create(
                                        new NewAdminKey("sample", Role.VIEWER, tenant.organizationId(), null),
                                        OPERATOR,
                                        "")
                                .key()
                                .keyId())
                .body("POST " + PATH, "{'name':'made','role':'viewer'}")
                .query("GET /v1/organization/audit_logs", "limit=3");
    }
}
