package dev.molink.gateway.management;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;

/** Whoever holds the management token, for the audit log: somebody who can read the gateway's files. */
final class ManagementCaller {

    static final AdminCaller CALLER = new AdminCaller(ActorKind.SYSTEM, "management-port", null, Role.OWNER);

    private ManagementCaller() {}
}
