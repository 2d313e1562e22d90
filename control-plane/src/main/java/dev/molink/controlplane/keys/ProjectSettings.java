package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ProjectRepository;
import dev.molink.controlplane.tenancy.ProjectSummary;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * What a project allows. Every verified key carries it, so a change holds here as soon as the method returns, and everywhere
 * within a second. Each method throws a {@link RefusedException} when there is no project with this id.
 */
public final class ProjectSettings {

    private final ProjectRepository projects;
    private final KeyTransactions transactions;
    private final InstantSource clock;

    ProjectSettings(ProjectRepository projects, KeyTransactions transactions, InstantSource clock) {
        this.projects = projects;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Allows or forbids that the project's requests share computed prefixes with those of other projects. */
    public ProjectSummary sharePrefixCache(String projectId, boolean share) {
        return change(projectId, project -> project.sharePrefixCache(share));
    }

    /** Says whether the project's requests need a price and are charged; those that run already keep what held for them. */
    public ProjectSummary bill(String projectId, boolean bill) {
        return change(projectId, project -> project.bill(bill));
    }

    /** Archives a project for ever: its keys stop to work, and it takes no new ones. Archiving again changes nothing. */
    public ProjectSummary archive(String projectId) {
        return change(projectId, project -> project.archive(clock.instant()));
    }

    private ProjectSummary change(String projectId, Consumer<Project> work) {
        return transactions.change(() -> {
            Project project = projects.findById(projectId)
                    .orElseThrow(() ->
                            new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId)));
            work.accept(project);
            return project.summary();
        });
    }
}
