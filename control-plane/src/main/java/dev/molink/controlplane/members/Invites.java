package dev.molink.controlplane.members;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.EmailAddress;
import dev.molink.controlplane.accounts.Owners;
import dev.molink.controlplane.accounts.PasswordHash;
import dev.molink.controlplane.members.Invite.InvitedProject;
import dev.molink.controlplane.members.Invite.Status;
import dev.molink.controlplane.storage.Transactions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Invitations into organizations. A token of 160 random bits is shown once, when the invitation is made, and accepted once.
 *
 * <p>Whoever has the token says nothing about an account that exists already: its owner accepts after logging in, so that no
 * invitation of one organization opens an account that belongs to others too.
 */
public final class Invites {

    public static final Duration MIN_VALIDITY = Duration.ofMinutes(5);
    public static final Duration MAX_VALIDITY = Duration.ofDays(90);
    public static final Duration DEFAULT_VALIDITY = Duration.ofDays(7);

    private static final String PREFIX = "invite";
    private static final int TOKEN_LENGTH = 32; // five bits each

    private final InviteRows rows;
    private final Members members;
    private final ProjectMembers projects;
    private final Accounts accounts;
    private final Owners owners;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Invites(
            InviteRows rows,
            Members members,
            ProjectMembers projects,
            Accounts accounts,
            Owners owners,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.rows = rows;
        this.members = members;
        this.projects = projects;
        this.accounts = accounts;
        this.owners = owners;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /** All of an organization, accepted and expired ones too, the oldest first. */
    public List<Invite> list(String organizationId) {
        return rows.ofOrganization(organizationId);
    }

    /** @throws RefusedException when the organization has no such invitation */
    public Invite invite(String organizationId, String inviteId) {
        return rows.find(organizationId, inviteId)
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no invite '%s'".formatted(inviteId)));
    }

    /**
     * Invites somebody.
     *
     * @param validity for how long it can be accepted, {@link #MIN_VALIDITY} to {@link #MAX_VALIDITY}
     * @throws RefusedException when a value is not allowed, a project is not the organization's, or the person is a member or
     *     invited already
     */
    public CreatedInvite create(
            String organizationId, String email, Role role, List<InvitedProject> invited, Duration validity) {
        String address = EmailAddress.require(email);
        requireAllowed(validity);
        requireDistinct(invited);
        String token = PREFIX + "_" + identifiers.text(TOKEN_LENGTH);
        return transactions.run(() -> {
            owners.lock(organizationId);
            requireNew(organizationId, address);
            invited.forEach(project -> projects.requireProject(organizationId, project.projectId()));
            Instant now = clock.instant();
            Invite invite = new Invite(
                    identifiers.next(PREFIX),
                    organizationId,
                    "",
                    address,
                    role,
                    now,
                    now.plus(validity),
                    null,
                    null,
                    invited);
            rows.insert(invite, digest(token));
            return new CreatedInvite(invite(organizationId, invite.inviteId()), token);
        });
    }

    /**
     * Takes an invitation back.
     *
     * @return the invitation as it was
     * @throws RefusedException when there is none, or it was accepted
     */
    public Invite delete(String organizationId, String inviteId) {
        return transactions.run(() -> {
            owners.lock(organizationId);
            Invite before = invite(organizationId, inviteId);
            if (before.acceptedAt() != null) {
                throw new RefusedException(
                        Reason.INVALID_VALUE,
                        "the invite '%s' was accepted and cannot be deleted; remove the member instead"
                                .formatted(inviteId));
            }
            rows.delete(inviteId);
            return before;
        });
    }

    /** The invitation that somebody with this token can accept now; empty when there is none, for whatever reason. */
    public Optional<Invite> open(String token) {
        return rows.findByDigest(digest(token)).filter(invite -> invite.status(clock.instant()) == Status.PENDING);
    }

    /** Whether somebody has the invited address already, and accepts after logging in. */
    public boolean isForAnAccount(Invite invite) {
        return account(invite).isPresent();
    }

    /**
     * Makes the account of somebody new and takes it into the organization.
     *
     * @throws RefusedException when the token opens no invitation, name or password are not allowed, or the address has an
     *     account
     */
    public Member acceptAsNew(String token, @Nullable String name, String password) {
        if (open(token).isEmpty()) {
            throw closed(); // before a hash is computed for it
        }
        PasswordHash hash = accounts.hashed(password);
        return transactions.run(() -> {
            Invite invite = locked(token);
            return enter(
                    invite, accounts.createMember(invite.email(), name, hash).accountId());
        });
    }

    /**
     * Takes somebody who is logged in into the organization.
     *
     * @throws RefusedException when the token opens no invitation, it is for somebody else, or the account is a member already
     */
    public Member acceptAs(String token, String accountId) {
        return transactions.run(() -> {
            Invite invite = locked(token);
            boolean theirs = account(invite)
                    .filter(account -> account.accountId().equals(accountId))
                    .isPresent();
            if (!theirs) {
                throw new RefusedException(
                        Reason.INVALID_VALUE, "the invite is for '%s', not for this account".formatted(invite.email()));
            }
            return enter(invite, accountId);
        });
    }

    private Invite locked(String token) {
        Invite invite = open(token).orElseThrow(Invites::closed);
        owners.lock(invite.organizationId());
        return invite;
    }

    private Member enter(Invite invite, String accountId) {
        if (!rows.accept(invite.inviteId(), accountId, clock.instant())) {
            throw closed();
        }
        String organizationId = invite.organizationId();
        members.add(organizationId, accountId, invite.role());
        invite.projects()
                .forEach(project -> projects.put(organizationId, project.projectId(), accountId, project.role()));
        return members.member(organizationId, accountId);
    }

    private Optional<AccountSummary> account(Invite invite) {
        return accounts.findByEmail(invite.email()).or(() -> accounts.findByLogin(invite.email()));
    }

    private void requireNew(String organizationId, String address) {
        Instant now = clock.instant();
        boolean invited = list(organizationId).stream()
                .anyMatch(invite -> invite.email().equals(address) && invite.status(now) == Status.PENDING);
        if (invited) {
            throw new RefusedException(
                    Reason.NAME_TAKEN,
                    "'%s' is invited already; delete that invite first to make another".formatted(address),
                    "email");
        }
        boolean member = isAmong(members.list(organizationId), address);
        if (member) {
            throw new RefusedException(
                    Reason.NAME_TAKEN, "'%s' is a member of the organization already".formatted(address), "email");
        }
    }

    private static boolean isAmong(List<Member> members, String address) {
        return members.stream().anyMatch(member -> address.equals(member.email()) || address.equals(member.login()));
    }

    private static void requireAllowed(Duration validity) {
        if (validity.compareTo(MIN_VALIDITY) < 0 || validity.compareTo(MAX_VALIDITY) > 0) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "an invite is valid for %d to %d seconds, but this one would be for %d"
                            .formatted(MIN_VALIDITY.toSeconds(), MAX_VALIDITY.toSeconds(), validity.toSeconds()),
                    "expires_in_seconds");
        }
    }

    private static void requireDistinct(List<InvitedProject> invited) {
        long distinct =
                invited.stream().map(InvitedProject::projectId).distinct().count();
        if (distinct < invited.size()) {
            throw new RefusedException(Reason.INVALID_VALUE, "an invite names each project once", "projects");
        }
    }

    private static RefusedException closed() {
        return new RefusedException(
                Reason.NOT_FOUND, "the invite does not exist, was accepted or deleted, or has expired");
    }

    private static String digest(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
