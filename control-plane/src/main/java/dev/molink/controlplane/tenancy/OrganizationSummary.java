package dev.molink.controlplane.tenancy;

import java.time.Instant;

/** An organization. */
public record OrganizationSummary(String organizationId, String name, Instant createdAt) {}
