package dev.molink.controlplane.tenancy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A project and the organization that it belongs to.
 *
 * @param sharesPrefixCache whether its requests share computed prefixes with other projects that allow it too
 * @param billed whether its requests need a price and are charged
 * @param archivedAt since when its keys do not work; null: it is active
 */
public record ProjectSummary(
        String projectId,
        String name,
        String organizationId,
        String organizationName,
        Instant createdAt,
        boolean sharesPrefixCache,
        boolean billed,
        @Nullable Instant archivedAt) {

    public boolean archived() {
        return archivedAt != null;
    }
}
