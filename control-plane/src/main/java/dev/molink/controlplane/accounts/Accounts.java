package dev.molink.controlplane.accounts;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.storage.Transactions;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Local accounts. Logins do not tell upper from lower case. */
public final class Accounts {

    private static final int MIN_PASSWORD_LENGTH = 8;
    private static final int MAX_PASSWORD_BYTES = 72; // bcrypt takes no more
    private static final int GENERATED_PASSWORD_LENGTH = 20;

    /** Of a random text that nobody kept: what the password of an unknown login is compared with. */
    static final String NOBODYS_HASH = "{bcrypt}$2a$10$141CjHEJWYLshCkezXqZYO.nZ8fABzQpIOswazlXySlbDsZWjldr6";

    private final AccountRepository accounts;
    private final Transactions transactions;
    private final PasswordEncoder encoder;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Accounts(
            AccountRepository accounts,
            Transactions transactions,
            PasswordEncoder encoder,
            Identifiers identifiers,
            InstantSource clock) {
        this.accounts = accounts;
        this.transactions = transactions;
        this.encoder = encoder;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /**
     * Creates an owner with a random password when there is no account at all.
     *
     * @return the password, for its only showing; empty when there are accounts already
     */
    public Optional<String> createFirst(String login) {
        if (accounts.count() > 0) {
            return Optional.empty(); // hashing takes a tenth of a second of every start
        }
        String allowed = allowed(login);
        String password = identifiers.text(GENERATED_PASSWORD_LENGTH);
        String hash = hash(password);
        return transactions.run(() -> {
            if (accounts.count() > 0) {
                return Optional.empty();
            }
            // never an update: another replica's account may have been committed since the count
            accounts.save(create(allowed, hash, Role.OWNER));
            return Optional.of(password);
        });
    }

    /**
     * Makes an account have this password and role, whether it exists or not.
     *
     * @throws RefusedException when login or password are not allowed
     */
    public AccountSummary keep(String login, String password, Role role) {
        String allowed = allowed(login);
        requireAllowed(password);
        String hash = hash(password);
        return transactions.run(() -> store(allowed, hash, role));
    }

    /** The account with this login and password; empty when there is none. An unknown login takes as long as a known one. */
    public Optional<AccountSummary> authenticate(String login, String password) {
        Optional<Account> account = accounts.findByLogin(normalised(login.strip()));
        boolean right =
                encoder.matches(password, account.map(Account::passwordHash).orElse(NOBODYS_HASH));
        return right ? account.map(Account::summary) : Optional.empty();
    }

    private AccountSummary store(String login, String hash, Role role) {
        Account account = accounts.findByLogin(login).orElseGet(() -> create(login, hash, role));
        account.changePassword(hash);
        account.changeRole(role);
        return accounts.save(account).summary();
    }

    private Account create(String login, String hash, Role role) {
        return new Account(identifiers.next("acct"), login, hash, role, clock.instant());
    }

    private static String allowed(String login) {
        return normalised(Names.require("an account", login));
    }

    private String hash(String password) {
        return Objects.requireNonNull(encoder.encode(password));
    }

    private static String normalised(String login) {
        return login.toLowerCase(Locale.ROOT);
    }

    private static void requireAllowed(String password) {
        int bytes = password.getBytes(StandardCharsets.UTF_8).length;
        if (password.length() < MIN_PASSWORD_LENGTH || bytes > MAX_PASSWORD_BYTES) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "a password has at least %d characters and at most %d bytes; this one has %d and %d"
                            .formatted(MIN_PASSWORD_LENGTH, MAX_PASSWORD_BYTES, password.length(), bytes));
        }
    }
}
