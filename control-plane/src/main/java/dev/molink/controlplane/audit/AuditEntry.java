package dev.molink.controlplane.audit;

import dev.molink.controlplane.access.AdminCaller;
import java.util.Map;

/**
 * One write.
 *
 * @param action of OpenAI's audit log where it has one, such as {@code project.created}, else of the same form
 * @param objectId of what was written
 * @param organizationId whose log it belongs to; empty: the installation's own
 * @param before the fields that changed, as they were; empty for what is new. Never a secret
 * @param after the same fields as they are now; empty for what is gone
 * @param requestId of the HTTP request; empty for a write of the process itself
 */
public record AuditEntry(
        AdminCaller caller,
        String action,
        String objectId,
        String organizationId,
        Map<String, String> before,
        Map<String, String> after,
        String requestId) {

    public AuditEntry {
        before = Map.copyOf(before);
        after = Map.copyOf(after);
    }
}
