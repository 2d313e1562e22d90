package dev.molink.controlplane.tenancy;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.List;

/** Organizations and projects. Names are unique: of organizations everywhere, of projects within their organization. */
public final class Tenancy {

    /** The organization that everything belongs to until somebody makes another. */
    public static final String DEFAULT_ORGANIZATION = "default";

    private final OrganizationRepository organizations;
    private final ProjectRepository projects;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Tenancy(
            OrganizationRepository organizations,
            ProjectRepository projects,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.organizations = organizations;
        this.projects = projects;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /** All projects, by organization and name. */
    public List<ProjectSummary> projects() {
        return transactions.run(
                () -> projects.findAllInOrder().stream().map(Project::summary).toList());
    }

    /** @throws RefusedException when there is none with this id */
    public ProjectSummary project(String projectId) {
        return transactions.run(() -> projects.findById(projectId)
                .map(Project::summary)
                .orElseThrow(
                        () -> new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId))));
    }

    /**
     * Creates a project in the organization of this name, which is created as well when it is missing.
     *
     * @throws RefusedException when the organization has a project of this name, or a name is not allowed
     */
    public ProjectSummary createProject(String organizationName, String projectName) {
        String name = Names.require("a project", projectName);
        return transactions.run(() -> {
            Organization organization = organization(organizationName);
            if (projects.findByOrganizationAndName(organization, name).isPresent()) {
                throw new RefusedException(
                        Reason.NAME_TAKEN,
                        "the organization '%s' already has a project '%s'".formatted(organization.name(), name));
            }
            return create(organization, name);
        });
    }

    /** The project of this name, created when it is missing. */
    public ProjectSummary ensureProject(String organizationName, String projectName) {
        String name = Names.require("a project", projectName);
        return transactions.run(() -> {
            Organization organization = organization(organizationName);
            return projects.findByOrganizationAndName(organization, name)
                    .map(Project::summary)
                    .orElseGet(() -> create(organization, name));
        });
    }

    private ProjectSummary create(Organization organization, String name) {
        Project project = new Project(identifiers.next("proj"), organization, name, clock.instant());
        return projects.save(project).summary();
    }

    private Organization organization(String organizationName) {
        String name = Names.require("an organization", organizationName);
        return organizations
                .findByName(name)
                .orElseGet(() -> organizations.save(new Organization(identifiers.next("org"), name, clock.instant())));
    }
}
