package dev.molink.controlplane.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the log are asked for; an empty list means any.
 *
 * @param organizationId whose log
 * @param withInstallation whether the installation's own rows are asked for as well
 * @param from the earliest time, included; null for any
 * @param until the latest time, excluded; null for any
 */
public record AuditFilter(
        String organizationId,
        boolean withInstallation,
        @Nullable Instant from,
        @Nullable Instant until,
        List<String> actions,
        List<String> actorIds,
        List<String> objectIds) {

    public AuditFilter {
        actions = List.copyOf(actions);
        actorIds = List.copyOf(actorIds);
        objectIds = List.copyOf(objectIds);
    }
}
