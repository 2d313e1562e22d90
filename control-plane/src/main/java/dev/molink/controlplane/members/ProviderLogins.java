package dev.molink.controlplane.members;

import dev.molink.controlplane.Names;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.AccountSummary;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.accounts.EmailAddress;
import dev.molink.controlplane.accounts.ProviderAccounts;
import dev.molink.controlplane.members.ProviderLogin.Admitted;
import dev.molink.controlplane.members.ProviderLogin.Cause;
import dev.molink.controlplane.members.ProviderLogin.Refused;
import dev.molink.controlplane.storage.Transactions;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets people in whom an identity provider vouches for. The first login finds the account by its verified e-mail address, or
 * makes one where that is allowed; from then on the provider's subject is the account, whatever the address becomes. At every
 * login the roles that the provider gave before follow its groups; those that somebody here gave stay.
 */
public final class ProviderLogins {

    private final ProviderAccounts identities;
    private final Accounts accounts;
    private final ProvidedRoles roles;
    private final ProviderRecord record;
    private final Transactions transactions;

    ProviderLogins(
            ProviderAccounts identities,
            Accounts accounts,
            ProvidedRoles roles,
            ProviderRecord record,
            Transactions transactions) {
        this.identities = identities;
        this.accounts = accounts;
        this.roles = roles;
        this.record = record;
        this.transactions = transactions;
    }

    /** @param createAccounts whether somebody without account gets one */
    public ProviderLogin login(ProvidedPerson person, boolean createAccounts) {
        return transactions.run(() -> {
            Optional<AccountSummary> known = identities.find(person.issuer(), person.subject());
            return known.isPresent() ? admit(person, known.get(), false) : first(person, createAccounts);
        });
    }

    private ProviderLogin first(ProvidedPerson person, boolean createAccounts) {
        String email = person.email();
        if (email == null || !person.emailVerified()) {
            return new Refused(Cause.EMAIL_UNVERIFIED);
        }
        String address = email.strip().toLowerCase(Locale.ROOT);
        if (!EmailAddress.isWellFormed(address)) {
            return new Refused(Cause.EMAIL_UNVERIFIED);
        }
        Optional<AccountSummary> existing = accounts.findByEmail(address);
        if (existing.isPresent()) {
            return firstOf(existing.get(), person);
        }
        if (!createAccounts) {
            return new Refused(Cause.NO_ACCOUNT);
        }
        if (!roles.givesAny(person.grants())) {
            return new Refused(Cause.NO_ROLE);
        }
        if (accounts.findByLogin(address).isPresent()) {
            return new Refused(Cause.SOMEBODY_ELSE);
        }
        AccountSummary created = accounts.createMember(address, usable(person.name()), null);
        record.created(created);
        return link(person, created);
    }

    private ProviderLogin firstOf(AccountSummary account, ProvidedPerson person) {
        if (!account.active()) {
            return new Refused(Cause.DEACTIVATED);
        }
        if (identities.knows(person.issuer(), account.accountId())) {
            return new Refused(Cause.SOMEBODY_ELSE);
        }
        return link(person, account);
    }

    private ProviderLogin link(ProvidedPerson person, AccountSummary account) {
        identities.link(person.issuer(), person.subject(), account.accountId());
        return admit(person, account, true);
    }

    private ProviderLogin admit(ProvidedPerson person, AccountSummary account, boolean firstTime) {
        if (!account.active()) {
            return new Refused(Cause.DEACTIVATED);
        }
        AccountSummary granted = identities.grant(account.accountId(), operatorRole(person));
        record.operator(account.accountId(), account.role(), granted.role());
        roles.follow(granted.accountId(), person.grants());
        return granted.role() != null || roles.hasAny(granted.accountId())
                ? new Admitted(granted, firstTime)
                : new Refused(Cause.NO_ROLE);
    }

    /** A name that cannot be shown keeps nobody out. */
    private static @Nullable String usable(@Nullable String name) {
        boolean fits = name != null
                && name.strip().length() <= Names.MAX_LENGTH
                && name.codePoints().noneMatch(Character::isISOControl);
        return fits ? name : null;
    }

    private static @Nullable Role operatorRole(ProvidedPerson person) {
        return person.grants().stream()
                .filter(grant -> grant.organizationName() == null)
                .map(RoleGrant::role)
                .findFirst()
                .orElse(null);
    }
}
