package dev.molink.controlplane.tenancy;

import java.time.Instant;

/** A program that uses a project with keys of its own. */
public record ServiceAccountSummary(
        String serviceAccountId, String projectId, String name, ServiceAccountRole role, Instant createdAt) {}
