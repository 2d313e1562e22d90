package dev.molink.controlplane.members;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Somebody who works in a project. {@code email}: null when it is not known. */
public record ProjectMember(
        String accountId,
        String projectId,
        String login,
        @Nullable String email,
        @Nullable String name,
        ProjectRole role,
        Instant addedAt) {}
