package dev.molink.console.access;

import dev.molink.console.access.Visitor.Choice;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.members.Member;
import dev.molink.controlplane.members.Members;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts as visitors of the console, with the roles that they have at this moment. */
public final class Visitors {

    private final Accounts accounts;
    private final Members members;

    public Visitors(Accounts accounts, Members members) {
        this.accounts = accounts;
        this.members = members;
    }

    /**
     * The visitor that an account is.
     *
     * @param organizationId the organization to look at, where the account belongs to it; null: the first by name
     * @return empty when the account has no role anywhere
     */
    public Optional<Visitor> of(AccountSummary account, @Nullable String organizationId) {
        if (account.role() != null) {
            return Optional.of(new Visitor(
                    account.accountId(), account.login(), account.role(), null, List.of(), account.sessionStamp()));
        }
        List<Member> memberships = members.of(account.accountId());
        return memberships.stream()
                .filter(member -> member.organizationId().equals(organizationId))
                .findFirst()
                .or(() -> memberships.stream().findFirst())
                .map(member -> visitor(account, member, memberships));
    }

    /** The same person now; empty when the session has to end: deactivated, another password, or no role any more. */
    public Optional<Visitor> refreshed(Visitor visitor) {
        return accounts.find(visitor.accountId())
                .filter(account -> account.active() && account.sessionStamp() == visitor.sessionStamp())
                .flatMap(account -> of(account, visitor.organizationId()));
    }

    private static Visitor visitor(AccountSummary account, Member member, List<Member> memberships) {
        return new Visitor(
                account.accountId(),
                account.login(),
                member.role(),
                member.organizationId(),
                memberships.stream()
                        .map(each -> new Choice(each.organizationId(), each.organizationName()))
                        .toList(),
                account.sessionStamp());
    }
}
