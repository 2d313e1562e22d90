package dev.molink.controlplane.accounts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts of people: operators of the installation, and members of organizations. Logins do not tell upper from lower case. */
public final class Accounts {

    public static final int MIN_PASSWORD_LENGTH = 8;
    public static final int MAX_PASSWORD_LENGTH = 200;
    private static final int GENERATED_PASSWORD_LENGTH = 20;

    private final AccountRows accounts;
    private final Owners owners;
    private final PasswordHashes passwords;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Accounts(
            AccountRows accounts,
            Owners owners,
            PasswordHashes passwords,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.accounts = accounts;
        this.owners = owners;
        this.passwords = passwords;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Creates the installation's owner with a random password when there is no account at all.
     *
     * @return the password, for its only showing; empty when there are accounts already
     */
    public Optional<String> createFirst(String login) {
        if (accounts.count() > 0) {
            return Optional.empty(); // hashing takes a tenth of a second of every start
        }
        String allowed = allowed(login);
        String password = identifiers.text(GENERATED_PASSWORD_LENGTH);
        String hash = passwords.hash(password);
        return transactions.run(() -> {
            if (accounts.count() > 0) {
                return Optional.empty();
            }
            // another replica's account may have been committed since the count: the login's uniqueness refuses this
            // one
            accounts.insert(operator(allowed, hash, Role.OWNER));
            return Optional.of(password);
        });
    }

    /**
     * Makes an operator's account have this password and role, whether it exists or not. Its sessions go on when the password
     * is the same as before.
     *
     * @throws RefusedException when login or password are not allowed, or it would leave the installation without an owner
     */
    public AccountSummary keep(String login, String password, Role role) {
        String allowed = allowed(login);
        requireAllowed(password);
        String stored =
                accounts.findByLogin(allowed).map(StoredAccount::passwordHash).orElse(null);
        boolean same = passwords.check(password, stored).right();
        String hash = same && stored != null ? stored : passwords.hash(password);
        return transactions.run(() -> {
            Optional<StoredAccount> existing = accounts.findByLogin(allowed);
            if (existing.isEmpty()) {
                StoredAccount created = operator(allowed, hash, role);
                accounts.insert(created);
                return created.summary();
            }
            return change(existing.get(), same ? null : hash, role);
        });
    }

    /**
     * The account with this login and password; empty when there is none or it is deactivated. Every answer takes as long as
     * any other. A hash of an earlier kind is replaced.
     *
     * @throws PasswordsBusyException when too many others log in at this moment
     */
    public Optional<AccountSummary> authenticate(String login, String password) {
        Optional<StoredAccount> found = accounts.findByLogin(normalised(login.strip()));
        String stored = found.map(StoredAccount::passwordHash).orElse(null);
        PasswordHashes.Check check = passwords.check(password, stored);
        if (!check.right() || found.isEmpty() || !found.get().summary().active()) {
            return Optional.empty();
        }
        if (check.newHash() != null && stored != null) {
            accounts.replaceHash(found.get().accountId(), stored, check.newHash());
        }
        return found.map(StoredAccount::summary);
    }

    /** Everybody, the oldest first. */
    public List<AccountSummary> list() {
        return accounts.all().stream().map(StoredAccount::summary).toList();
    }

    /** @throws RefusedException when there is none with this id */
    public AccountSummary account(String accountId) {
        return require(accountId).summary();
    }

    public Optional<AccountSummary> find(String accountId) {
        return accounts.find(accountId).map(StoredAccount::summary);
    }

    public Optional<AccountSummary> findByLogin(String login) {
        return accounts.findByLogin(normalised(login.strip())).map(StoredAccount::summary);
    }

    /** @param email in lower case */
    public Optional<AccountSummary> findByEmail(String email) {
        return accounts.findByEmail(email).map(StoredAccount::summary);
    }

    /** Whether the account can log in without the identity provider. */
    public boolean hasPassword(String accountId) {
        return require(accountId).passwordHash() != null;
    }

    /**
     * Creates the account of an operator.
     *
     * @throws RefusedException when the login is taken or not allowed
     */
    public AccountSummary createOperator(String login, PasswordHash hash, Role role) {
        String allowed = allowed(login);
        return transactions.run(() -> {
            if (accounts.findByLogin(allowed).isPresent()) {
                throw new RefusedException(
                        Reason.NAME_TAKEN, "there is an account with the login '%s'".formatted(allowed), "login");
            }
            StoredAccount created = operator(allowed, hash.text(), role);
            accounts.insert(created);
            return created.summary();
        });
    }

    /**
     * Gives an operator another role in the installation.
     *
     * @throws RefusedException when there is no such account, it is a member's, or it is the installation's only owner
     */
    public AccountSummary changeRole(String accountId, Role role) {
        return transactions.run(() -> {
            StoredAccount account = require(accountId);
            if (account.summary().kind() != AccountKind.OPERATOR) {
                throw new RefusedException(
                        Reason.INVALID_VALUE,
                        "'%s' is the account of a member, whose roles are those of its organizations"
                                .formatted(accountId));
            }
            return change(account, null, role);
        });
    }

    /**
     * Creates the account of a member, whose login is the e-mail address. Hashes the password, so call it with
     * {@link #hashed} outside of a transaction.
     *
     * @param hash of the password; null for who logs in through the identity provider only
     * @throws RefusedException when the address is taken, or the name is not allowed
     */
    public AccountSummary createMember(String email, @Nullable String name, @Nullable PasswordHash hash) {
        String address = EmailAddress.require(email);
        String allowedName = name == null || name.isBlank() ? null : Names.require("a person", name);
        return transactions.run(() -> {
            if (accounts.findByLogin(address).isPresent()
                    || accounts.findByEmail(address).isPresent()) {
                throw new RefusedException(
                        Reason.NAME_TAKEN, "there is an account with the e-mail address '%s'".formatted(address));
            }
            AccountSummary summary = new AccountSummary(
                    identifiers.next("acct"),
                    AccountKind.MEMBER,
                    address,
                    address,
                    allowedName,
                    null,
                    clock.instant(),
                    null,
                    0);
            accounts.insert(new StoredAccount(summary, hash == null ? null : hash.text(), RoleSource.LOCAL));
            return summary;
        });
    }

    /**
     * The hash of a new password.
     *
     * @throws RefusedException when the password is too short or too long
     */
    public PasswordHash hashed(String password) {
        requireAllowed(password);
        return new PasswordHash(passwords.hash(password));
    }

    /**
     * Sets a new password and ends every session, that of the caller included unless it goes on with the new stamp.
     *
     * @throws RefusedException when there is no such account
     */
    public AccountSummary changePassword(String accountId, PasswordHash hash) {
        return transactions.run(() -> {
            accounts.changePassword(require(accountId).accountId(), hash.text());
            return account(accountId);
        });
    }

    /**
     * Keeps somebody out from now on, and ends their sessions. Doing it again changes nothing.
     *
     * @throws RefusedException when there is no such account, or it is the only owner of something
     */
    public AccountSummary deactivate(String accountId) {
        return transactions.run(() -> {
            if (account(accountId).active()) {
                owners.requireAnotherEverywhere(accountId);
                accounts.changeDeactivation(accountId, clock.instant());
            }
            return account(accountId);
        });
    }

    /** Lets somebody in again. Doing it again changes nothing. */
    public AccountSummary activate(String accountId) {
        return transactions.run(() -> {
            if (!account(accountId).active()) {
                accounts.changeDeactivation(accountId, null);
            }
            return account(accountId);
        });
    }

    private AccountSummary change(StoredAccount account, @Nullable String newHash, Role role) {
        if (account.summary().role() == Role.OWNER && role != Role.OWNER) {
            owners.requireAnotherOperator(account.accountId());
        }
        if (newHash != null) {
            accounts.changePassword(account.accountId(), newHash);
        }
        accounts.changeRole(account.accountId(), role, RoleSource.LOCAL);
        return account(account.accountId());
    }

    private StoredAccount require(String accountId) {
        return accounts.find(accountId)
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no account '%s'".formatted(accountId)));
    }

    private StoredAccount operator(String login, String hash, Role role) {
        AccountSummary summary = new AccountSummary(
                identifiers.next("acct"), AccountKind.OPERATOR, login, null, null, role, clock.instant(), null, 0);
        return new StoredAccount(summary, hash, RoleSource.LOCAL);
    }

    private static String allowed(String login) {
        return normalised(Names.require("an account", login));
    }

    private static String normalised(String login) {
        return login.toLowerCase(Locale.ROOT);
    }

    private static void requireAllowed(String password) {
        if (password.length() < MIN_PASSWORD_LENGTH || password.length() > MAX_PASSWORD_LENGTH) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "a password has %d to %d characters; this one has %d"
                            .formatted(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH, password.length()),
                    "password");
        }
    }
}
