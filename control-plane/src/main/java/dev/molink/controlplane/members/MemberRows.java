package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.RoleSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Memberships as rows. */
final class MemberRows {

    private static final String SELECT = """
            SELECT membership.*, organization.name AS organization_name, login, email, display_name, deactivated_at
            FROM membership
            JOIN organization ON organization.id = membership.organization_id
            JOIN account ON account.id = membership.account_id
            """;

    private final JdbcClient database;

    MemberRows(JdbcClient database) {
        this.database = database;
    }

    /** The oldest first. */
    List<Member> ofOrganization(String organizationId) {
        return database.sql(SELECT + "WHERE organization_id = :id ORDER BY membership.created_at, account_id")
                .param("id", organizationId)
                .query(MemberRows::read)
                .list();
    }

    /** By the name of the organization. */
    List<Member> ofAccount(String accountId) {
        return database.sql(SELECT + "WHERE account_id = :id ORDER BY organization.name")
                .param("id", accountId)
                .query(MemberRows::read)
                .list();
    }

    Optional<Member> find(String organizationId, String accountId) {
        return database.sql(SELECT + "WHERE organization_id = :organization AND account_id = :account")
                .param("organization", organizationId)
                .param("account", accountId)
                .query(MemberRows::read)
                .optional();
    }

    void insert(String organizationId, String accountId, Role role, RoleSource source, Instant now) {
        database.sql("INSERT INTO membership (organization_id, account_id, role, source, created_at)"
                        + " VALUES (:organization, :account, :role, :source, :now)")
                .param("organization", organizationId)
                .param("account", accountId)
                .param("role", role.name())
                .param("source", source.name())
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
    }

    void changeRole(String organizationId, String accountId, Role role, RoleSource source) {
        database.sql("UPDATE membership SET role = :role, source = :source"
                        + " WHERE organization_id = :organization AND account_id = :account")
                .param("role", role.name())
                .param("source", source.name())
                .param("organization", organizationId)
                .param("account", accountId)
                .update();
    }

    /** With what it was in the organization's projects. */
    void delete(String organizationId, String accountId) {
        database.sql("DELETE FROM project_member WHERE account_id = :account AND project_id IN"
                        + " (SELECT id FROM project WHERE organization_id = :organization)")
                .param("organization", organizationId)
                .param("account", accountId)
                .update();
        database.sql("DELETE FROM membership WHERE organization_id = :organization AND account_id = :account")
                .param("organization", organizationId)
                .param("account", accountId)
                .update();
    }

    private static Member read(ResultSet row, int number) throws SQLException {
        return new Member(
                row.getString("account_id"),
                row.getString("organization_id"),
                row.getString("organization_name"),
                row.getString("login"),
                row.getString("email"),
                row.getString("display_name"),
                Role.valueOf(row.getString("role")),
                RoleSource.valueOf(row.getString("source")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("deactivated_at", OffsetDateTime.class) == null);
    }
}
