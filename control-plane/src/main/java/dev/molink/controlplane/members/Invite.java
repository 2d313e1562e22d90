package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An invitation into an organization, without its token.
 *
 * @param email in lower case
 * @param acceptedAt null while nobody accepted
 * @param accountId of whom accepted; null while nobody did
 * @param projects that whoever accepts works in
 */
public record Invite(
        String inviteId,
        String organizationId,
        String organizationName,
        String email,
        Role role,
        Instant createdAt,
        Instant expiresAt,
        @Nullable Instant acceptedAt,
        @Nullable String accountId,
        List<InvitedProject> projects) {

    public Invite {
        projects = List.copyOf(projects);
    }

    /** Where an invitation stands. */
    public enum Status {
        PENDING,
        EXPIRED,
        ACCEPTED
    }

    /** A project and what whoever accepts will be in it. */
    public record InvitedProject(String projectId, ProjectRole role) {}

    public Status status(Instant now) {
        if (acceptedAt != null) {
            return Status.ACCEPTED;
        }
        return now.isBefore(expiresAt) ? Status.PENDING : Status.EXPIRED;
    }

    Invite with(List<InvitedProject> invited) {
        return new Invite(
                inviteId,
                organizationId,
                organizationName,
                email,
                role,
                createdAt,
                expiresAt,
                acceptedAt,
                accountId,
                invited);
    }
}
