package dev.molink.controlplane.tenancy;

import java.time.Instant;

/**
 * A project and the organization that it belongs to.
 *
 * @param sharesPrefixCache whether its requests share computed prefixes with other projects that allow it too
 */
public record ProjectSummary(
        String projectId,
        String name,
        String organizationId,
        String organizationName,
        Instant createdAt,
        boolean sharesPrefixCache) {}
