package dev.molink.console.login;

import dev.molink.console.access.Visitor;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditTrail;
import dev.molink.controlplane.storage.Transactions;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Logins and logouts in the audit log. What was typed is not among it: people type passwords into the wrong field. */
final class LoginRecord {

    private final AuditTrail trail;
    private final Transactions transactions;

    LoginRecord(AuditTrail trail, Transactions transactions) {
        this.trail = trail;
        this.transactions = transactions;
    }

    /** @param way {@code password} or {@code identity_provider} */
    void succeeded(Visitor visitor, String way, String address) {
        record(visitor, "login.succeeded", Map.of("way", way, "address", address));
    }

    void loggedOut(Visitor visitor, String address) {
        record(visitor, "logout.succeeded", Map.of("address", address));
    }

    /** Runs the change and records it in one transaction. */
    <T> T passwordChanged(Visitor visitor, Supplier<T> change) {
        return transactions.run(() -> {
            T changed = change.get();
            trail.record(entry(visitor, "account.password_changed", Map.of()));
            return changed;
        });
    }

    /** @param accountId of whom it would have been; null when there is no such account */
    void failed(@Nullable String accountId, String way, String cause, String address) {
        AdminCaller stranger = new AdminCaller(ActorKind.SYSTEM, "console", null, Role.VIEWER);
        add(new AuditEntry(
                stranger,
                "login.failed",
                accountId == null ? "" : accountId,
                "",
                Map.of(),
                Map.of("way", way, "cause", cause, "address", address),
                ""));
    }

    private void record(Visitor visitor, String action, Map<String, String> facts) {
        add(entry(visitor, action, facts));
    }

    private static AuditEntry entry(Visitor visitor, String action, Map<String, String> facts) {
        String organization = visitor.organizationId() == null ? "" : visitor.organizationId();
        return new AuditEntry(visitor.caller(), action, visitor.accountId(), organization, Map.of(), facts, "");
    }

    private void add(AuditEntry entry) {
        transactions.run(() -> {
            trail.record(entry);
            return entry;
        });
    }
}
