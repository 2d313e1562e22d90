package dev.molink.controlplane.accounts;

import dev.molink.controlplane.access.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Accounts and the names that identity providers know them by, as rows. */
final class AccountRows {

    private static final String INSERT = """
            INSERT INTO account (id, kind, login, email, display_name, password_hash, role, role_source, created_at)
            VALUES (:id, :kind, :login, :email, :name, :hash, :role, :source, :createdAt)""";
    private static final String BY_IDENTITY = """
            SELECT account.* FROM account JOIN account_identity ON account_identity.account_id = account.id
            WHERE issuer = :issuer AND subject = :subject""";

    private final JdbcClient database;

    AccountRows(JdbcClient database) {
        this.database = database;
    }

    long count() {
        return database.sql("SELECT COUNT(*) FROM account").query(Long.class).single();
    }

    /** The oldest first. */
    List<StoredAccount> all() {
        return database.sql("SELECT * FROM account ORDER BY created_at, id")
                .query(AccountRows::read)
                .list();
    }

    Optional<StoredAccount> find(String accountId) {
        return one("SELECT * FROM account WHERE id = :value", accountId);
    }

    Optional<StoredAccount> findByLogin(String login) {
        return one("SELECT * FROM account WHERE login = :value", login);
    }

    Optional<StoredAccount> findByEmail(String email) {
        return one("SELECT * FROM account WHERE email = :value", email);
    }

    Optional<StoredAccount> findByIdentity(String issuer, String subject) {
        return database.sql(BY_IDENTITY)
                .param("issuer", issuer)
                .param("subject", subject)
                .query(AccountRows::read)
                .optional();
    }

    boolean hasIdentity(String accountId, String issuer) {
        return database.sql("SELECT COUNT(*) FROM account_identity WHERE account_id = :account AND issuer = :issuer")
                        .param("account", accountId)
                        .param("issuer", issuer)
                        .query(Long.class)
                        .single()
                > 0;
    }

    void insert(StoredAccount account) {
        AccountSummary summary = account.summary();
        database.sql(INSERT)
                .param("id", summary.accountId())
                .param("kind", summary.kind().name())
                .param("login", summary.login())
                .param("email", summary.email(), Types.VARCHAR)
                .param("name", summary.name(), Types.VARCHAR)
                .param("hash", account.passwordHash(), Types.VARCHAR)
                .param("role", summary.role() == null ? null : summary.role().name(), Types.VARCHAR)
                .param("source", account.roleSource().name())
                .param("createdAt", summary.createdAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    void insertIdentity(String issuer, String subject, String accountId, Instant now) {
        database.sql("INSERT INTO account_identity (issuer, subject, account_id, created_at)"
                        + " VALUES (:issuer, :subject, :account, :now)")
                .param("issuer", issuer)
                .param("subject", subject)
                .param("account", accountId)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Ends every session as well. */
    void changePassword(String accountId, String hash) {
        database.sql("UPDATE account SET password_hash = :hash, session_stamp = session_stamp + 1 WHERE id = :id")
                .param("hash", hash)
                .param("id", accountId)
                .update();
    }

    /** Only while the hash is still {@code before}: a password that was changed meanwhile stays. */
    void replaceHash(String accountId, String before, String hash) {
        database.sql("UPDATE account SET password_hash = :hash WHERE id = :id AND password_hash = :before")
                .param("hash", hash)
                .param("id", accountId)
                .param("before", before)
                .update();
    }

    /** @param role null makes the account a member */
    void changeRole(String accountId, @Nullable Role role, RoleSource source) {
        database.sql("UPDATE account SET kind = :kind, role = :role, role_source = :source WHERE id = :id")
                .param("kind", (role == null ? AccountKind.MEMBER : AccountKind.OPERATOR).name())
                .param("role", role == null ? null : role.name(), Types.VARCHAR)
                .param("source", source.name())
                .param("id", accountId)
                .update();
    }

    /** Ends every session as well. */
    void changeDeactivation(String accountId, @Nullable Instant since) {
        database.sql("UPDATE account SET deactivated_at = :since, session_stamp = session_stamp + 1 WHERE id = :id")
                .param("since", since == null ? null : since.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("id", accountId)
                .update();
    }

    private Optional<StoredAccount> one(String query, String value) {
        return database.sql(query)
                .param("value", value)
                .query(AccountRows::read)
                .optional();
    }

    private static StoredAccount read(ResultSet row, int number) throws SQLException {
        String role = row.getString("role");
        OffsetDateTime deactivatedAt = row.getObject("deactivated_at", OffsetDateTime.class);
        AccountSummary summary = new AccountSummary(
                row.getString("id"),
                AccountKind.valueOf(row.getString("kind")),
                row.getString("login"),
                row.getString("email"),
                row.getString("display_name"),
                role == null ? null : Role.valueOf(role),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                deactivatedAt == null ? null : deactivatedAt.toInstant(),
                row.getLong("session_stamp"));
        return new StoredAccount(
                summary, row.getString("password_hash"), RoleSource.valueOf(row.getString("role_source")));
    }
}
