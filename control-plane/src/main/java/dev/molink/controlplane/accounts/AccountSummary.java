package dev.molink.controlplane.accounts;

import dev.molink.controlplane.access.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account without its password's hash.
 *
 * @param email in lower case; null when it is not known
 * @param role of an operator in the installation; null for a member, whose roles are those of its memberships
 * @param deactivatedAt since when it may not log in; null when it may
 * @param sessionStamp rises when every session that is open has to end
 */
public record AccountSummary(
        String accountId,
        AccountKind kind,
        String login,
        @Nullable String email,
        @Nullable String name,
        @Nullable Role role,
        Instant createdAt,
        @Nullable Instant deactivatedAt,
        long sessionStamp) {

    public boolean active() {
        return deactivatedAt == null;
    }
}
