package dev.molink.controlplane.members;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.accounts.Owners;
import dev.molink.controlplane.storage.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who works in which project. It tells who is responsible; what somebody may do follows from the role in the organization
 * alone. Only members of the project's organization can be added, and leaving it takes them out.
 */
public final class ProjectMembers {

    private static final String SELECT = """
            SELECT project_member.*, login, email, display_name FROM project_member
            JOIN account ON account.id = project_member.account_id
            WHERE project_id = :project""";

    private final JdbcClient database;
    private final Members members;
    private final Owners owners;
    private final Transactions transactions;
    private final InstantSource clock;

    ProjectMembers(
            JdbcClient database, Members members, Owners owners, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.members = members;
        this.owners = owners;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * All of a project, those first who came first.
     *
     * @throws RefusedException when the organization has no such project
     */
    public List<ProjectMember> list(String organizationId, String projectId) {
        requireProject(organizationId, projectId);
        return database.sql(SELECT + " ORDER BY project_member.created_at, account_id")
                .param("project", projectId)
                .query(ProjectMembers::read)
                .list();
    }

    /** @throws RefusedException when the organization has no such project, or nobody of this id works in it */
    public ProjectMember member(String organizationId, String projectId, String accountId) {
        requireProject(organizationId, projectId);
        return database.sql(SELECT + " AND account_id = :account")
                .param("project", projectId)
                .param("account", accountId)
                .query(ProjectMembers::read)
                .optional()
                .orElseThrow(() ->
                        new RefusedException(Reason.NOT_FOUND, "the project has no member '%s'".formatted(accountId)));
    }

    /** Adds a member of the organization, or changes what it is in the project. */
    public ProjectMember put(String organizationId, String projectId, String accountId, ProjectRole role) {
        return transactions.run(() -> {
            owners.lock(organizationId);
            requireProject(organizationId, projectId);
            members.member(organizationId, accountId);
            if (update(projectId, accountId, role) == 0) {
                insert(projectId, accountId, role);
            }
            return member(organizationId, projectId, accountId);
        });
    }

    /**
     * @return the member as it was
     * @throws RefusedException when the organization has no such project, or nobody of this id works in it
     */
    public ProjectMember remove(String organizationId, String projectId, String accountId) {
        return transactions.run(() -> {
            owners.lock(organizationId);
            ProjectMember before = member(organizationId, projectId, accountId);
            database.sql("DELETE FROM project_member WHERE project_id = :project AND account_id = :account")
                    .param("project", projectId)
                    .param("account", accountId)
                    .update();
            return before;
        });
    }

    void requireProject(String organizationId, String projectId) {
        boolean missing = database.sql("SELECT id FROM project WHERE id = :project AND organization_id = :organization")
                .param("project", projectId)
                .param("organization", organizationId)
                .query(String.class)
                .list()
                .isEmpty();
        if (missing) {
            throw new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId));
        }
    }

    private int update(String projectId, String accountId, ProjectRole role) {
        return database.sql(
                        "UPDATE project_member SET role = :role WHERE project_id = :project AND account_id = :account")
                .param("role", role.name())
                .param("project", projectId)
                .param("account", accountId)
                .update();
    }

    private void insert(String projectId, String accountId, ProjectRole role) {
        database.sql("INSERT INTO project_member (project_id, account_id, role, created_at)"
                        + " VALUES (:project, :account, :role, :now)")
                .param("project", projectId)
                .param("account", accountId)
                .param("role", role.name())
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static ProjectMember read(ResultSet row, int number) throws SQLException {
        return new ProjectMember(
                row.getString("account_id"),
                row.getString("project_id"),
                row.getString("login"),
                row.getString("email"),
                row.getString("display_name"),
                ProjectRole.valueOf(row.getString("role")),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
