package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.members.Invite.InvitedProject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/** Invitations as rows. */
final class InviteRows {

    private static final String SELECT = """
            SELECT invite.*, organization.name AS organization_name FROM invite
            JOIN organization ON organization.id = invite.organization_id
            """;
    private static final String INSERT = """
            INSERT INTO invite (id, organization_id, email, role, token_sha256_hex, created_at, expires_at)
            VALUES (:id, :organization, :email, :role, :digest, :createdAt, :expiresAt)""";
    private static final String ACCEPT = """
            UPDATE invite SET accepted_at = :now, account_id = :account
            WHERE id = :id AND accepted_at IS NULL AND expires_at > :now""";

    private final JdbcClient database;

    InviteRows(JdbcClient database) {
        this.database = database;
    }

    /** The oldest first. */
    List<Invite> ofOrganization(String organizationId) {
        return all(database.sql(SELECT + "WHERE organization_id = :id ORDER BY invite.created_at, invite.id")
                .param("id", organizationId));
    }

    Optional<Invite> find(String organizationId, String inviteId) {
        return all(database.sql(SELECT + "WHERE organization_id = :organization AND invite.id = :id")
                        .param("organization", organizationId)
                        .param("id", inviteId))
                .stream()
                .findFirst();
    }

    Optional<Invite> findByDigest(String digest) {
        return all(database.sql(SELECT + "WHERE token_sha256_hex = :digest").param("digest", digest)).stream()
                .findFirst();
    }

    void insert(Invite invite, String digest) {
        database.sql(INSERT)
                .param("id", invite.inviteId())
                .param("organization", invite.organizationId())
                .param("email", invite.email())
                .param("role", invite.role().name())
                .param("digest", digest)
                .param("createdAt", invite.createdAt().atOffset(ZoneOffset.UTC))
                .param("expiresAt", invite.expiresAt().atOffset(ZoneOffset.UTC))
                .update();
        for (InvitedProject project : invite.projects()) {
            database.sql("INSERT INTO invite_project (invite_id, project_id, role) VALUES (:invite, :project, :role)")
                    .param("invite", invite.inviteId())
                    .param("project", project.projectId())
                    .param("role", project.role().name())
                    .update();
        }
    }

    /** False when somebody was faster, or it is too late. */
    boolean accept(String inviteId, String accountId, Instant now) {
        return database.sql(ACCEPT)
                        .param("id", inviteId)
                        .param("account", accountId)
                        .param("now", now.atOffset(ZoneOffset.UTC))
                        .update()
                > 0;
    }

    void delete(String inviteId) {
        database.sql("DELETE FROM invite_project WHERE invite_id = :id")
                .param("id", inviteId)
                .update();
        database.sql("DELETE FROM invite WHERE id = :id").param("id", inviteId).update();
    }

    private List<Invite> all(StatementSpec query) {
        return query.query(InviteRows::withoutProjects).list().stream()
                .map(invite -> invite.with(projects(invite.inviteId())))
                .toList();
    }

    private static Invite withoutProjects(ResultSet row, int number) throws SQLException {
        OffsetDateTime acceptedAt = row.getObject("accepted_at", OffsetDateTime.class);
        return new Invite(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("organization_name"),
                row.getString("email"),
                Role.valueOf(row.getString("role")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                acceptedAt == null ? null : acceptedAt.toInstant(),
                row.getString("account_id"),
                List.of());
    }

    private List<InvitedProject> projects(String inviteId) {
        return database.sql("SELECT project_id, role FROM invite_project WHERE invite_id = :id ORDER BY project_id")
                .param("id", inviteId)
                .query((row, number) ->
                        new InvitedProject(row.getString("project_id"), ProjectRole.valueOf(row.getString("role"))))
                .list();
    }
}
