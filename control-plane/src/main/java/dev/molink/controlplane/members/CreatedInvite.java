package dev.molink.controlplane.members;

/** An invitation that was just made, with the token that is shown this once. */
public record CreatedInvite(Invite invite, String token) {

    /** Without the token. */
    @Override
    public String toString() {
        return "CreatedInvite[inviteId=%s]".formatted(invite.inviteId());
    }
}
