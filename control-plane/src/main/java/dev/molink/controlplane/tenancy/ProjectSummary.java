package dev.molink.controlplane.tenancy;

import java.time.Instant;

/** A project and the organization that it belongs to. */
public record ProjectSummary(
        String projectId, String name, String organizationId, String organizationName, Instant createdAt) {}
