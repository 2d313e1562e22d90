package dev.molink.controlplane.members;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditTrail;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an identity provider's groups changed, in the audit log. */
final class ProviderRecord {

    private static final String ACTOR = "identity_provider";
    private static final String INSTALLATION = "";

    private final AuditTrail trail;

    ProviderRecord(AuditTrail trail) {
        this.trail = trail;
    }

    void created(AccountSummary account) {
        Map<String, String> facts = Map.of("login", account.login(), "kind", word(account.kind()));
        record("account.created", account.accountId(), INSTALLATION, Map.of(), facts);
    }

    /** A role in the installation; records nothing when it stayed. */
    void operator(String accountId, @Nullable Role before, @Nullable Role after) {
        if (!Objects.equals(before, after)) {
            record(
                    "account.updated",
                    accountId,
                    INSTALLATION,
                    role(Optional.ofNullable(before)),
                    role(Optional.ofNullable(after)));
        }
    }

    void membership(String organizationId, String accountId, Optional<Role> before, Optional<Role> after) {
        String action = before.isEmpty() ? "user.added" : after.isEmpty() ? "user.deleted" : "user.updated";
        record(action, accountId, organizationId, role(before), role(after));
    }

    private void record(
            String action,
            String objectId,
            String organizationId,
            Map<String, String> before,
            Map<String, String> after) {
        AdminCaller provider = new AdminCaller(ActorKind.SYSTEM, ACTOR, null, Role.OWNER);
        trail.record(new AuditEntry(provider, action, objectId, organizationId, before, after, ""));
    }

    private static Map<String, String> role(Optional<Role> role) {
        return role.map(given -> Map.of("role", word(given))).orElse(Map.of());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
