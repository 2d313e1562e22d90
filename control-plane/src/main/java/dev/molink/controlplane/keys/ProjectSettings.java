package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ProjectSummary;

/**
 * What a project allows. Every verified key carries it, so a change holds here as soon as the method returns, and everywhere
 * within a second.
 */
public final class ProjectSettings {

    private final ProjectRepository projects;
    private final KeyChanges changes;
    private final KeyVerifier verifier;
    private final Transactions transactions;

    ProjectSettings(ProjectRepository projects, KeyChanges changes, KeyVerifier verifier, Transactions transactions) {
        this.projects = projects;
        this.changes = changes;
        this.verifier = verifier;
        this.transactions = transactions;
    }

    /**
     * Allows or forbids that the project's requests share computed prefixes with those of other projects.
     *
     * @throws RefusedException when there is no project with this id
     */
    public ProjectSummary sharePrefixCache(String projectId, boolean share) {
        ProjectSummary summary = transactions.run(() -> {
            changes.changed();
            Project project = projects.findById(projectId)
                    .orElseThrow(() ->
                            new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId)));
            project.sharePrefixCache(share);
            return project.summary();
        });
        Transactions.afterCommit(verifier::forget);
        return summary;
    }
}
