package dev.molink.console.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.Member;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;

/** A member as the pages show it. */
record MemberView(String accountId, String name, String email, Role role, LocalDateTime addedAt, State state) {

    enum State {
        ACTIVE,
        DEACTIVATED
    }

    static MemberView of(Member member) {
        return new MemberView(
                member.accountId(),
                Objects.requireNonNullElse(member.name(), member.login()),
                Objects.requireNonNullElse(member.email(), ""),
                member.role(),
                LocalDateTime.ofInstant(member.addedAt(), ZoneOffset.UTC),
                member.active() ? State.ACTIVE : State.DEACTIVATED);
    }
}
