package dev.molink.console.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.Invite;
import dev.molink.controlplane.members.Invite.Status;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** An invitation as the list shows it. */
record InviteView(String inviteId, String email, Role role, LocalDateTime expiresAt, Status state) {

    static InviteView of(Invite invite, Instant now) {
        return new InviteView(
                invite.inviteId(),
                invite.email(),
                invite.role(),
                LocalDateTime.ofInstant(invite.expiresAt(), ZoneOffset.UTC),
                invite.status(now));
    }

    public boolean deletable() {
        return state != Status.ACCEPTED;
    }
}
