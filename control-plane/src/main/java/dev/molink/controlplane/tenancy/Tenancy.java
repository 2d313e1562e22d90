package dev.molink.controlplane.tenancy;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.Names;
import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.paging.CreationPlace;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import dev.molink.controlplane.storage.Transactions;
import java.time.InstantSource;
import java.util.List;
import org.springframework.data.domain.Limit;

/** Organizations and projects. Names are unique: of organizations everywhere, of projects within their organization. */
public final class Tenancy {

    /** The organization that everything belongs to until somebody makes another. */
    public static final String DEFAULT_ORGANIZATION = "default";

    private final OrganizationRepository organizations;
    private final ProjectRepository projects;
    private final TenancySettings settings;
    private final Transactions transactions;
    private final Identifiers identifiers;
    private final InstantSource clock;

    Tenancy(
            OrganizationRepository organizations,
            ProjectRepository projects,
            TenancySettings settings,
            Transactions transactions,
            Identifiers identifiers,
            InstantSource clock) {
        this.organizations = organizations;
        this.projects = projects;
        this.settings = settings;
        this.transactions = transactions;
        this.identifiers = identifiers;
        this.clock = clock;
    }

    /** All organizations, by name. */
    public List<OrganizationSummary> organizations() {
        return transactions.run(() -> organizations.findAllByOrderByName().stream()
                .map(Organization::summary)
                .toList());
    }

    /** @throws RefusedException when there is none with this id */
    public OrganizationSummary organization(String organizationId) {
        return transactions.run(() -> required(organizationId).summary());
    }

    /** The organization of this name, created when it is missing. */
    public OrganizationSummary ensureOrganization(String organizationName) {
        return transactions.run(() -> named(organizationName).summary());
    }

    /** All projects, by organization and name. */
    public List<ProjectSummary> projects() {
        return transactions.run(
                () -> projects.findAllInOrder().stream().map(Project::summary).toList());
    }

    /**
     * A page of the organization's projects in the order of their creation.
     *
     * @param archivedToo whether archived ones are among them
     * @throws RefusedException when the cursor is no project of the organization
     */
    public Page<ProjectSummary> projects(String organizationId, boolean archivedToo, PageRequest request) {
        return transactions.run(() -> {
            CreationPlace from = CreationPlace.of(
                    request,
                    id -> projects.findById(id)
                            .filter(project -> project.organizationId().equals(organizationId))
                            .map(Project::place));
            Limit limit = Limit.of(request.limit() + 1);
            List<Project> rows = request.readsUpwards()
                    ? projects.findAfter(organizationId, archivedToo, from.createdAt(), from.id(), limit)
                    : projects.findBefore(organizationId, archivedToo, from.createdAt(), from.id(), limit);
            return Page.ofRead(rows, request).map(Project::summary);
        });
    }

    /** @throws RefusedException when there is none with this id */
    public ProjectSummary project(String projectId) {
        return transactions.run(
                () -> projects.findById(projectId).map(Project::summary).orElseThrow(() -> noProject(projectId)));
    }

    /** @throws RefusedException when the organization has none with this id */
    public ProjectSummary project(String organizationId, String projectId) {
        return transactions.run(() -> projects.findById(projectId)
                .filter(project -> project.organizationId().equals(organizationId))
                .map(Project::summary)
                .orElseThrow(() -> noProject(projectId)));
    }

    /**
     * Creates a billed project in the organization of this name, which is created as well when it is missing.
     *
     * @throws RefusedException when the organization has a project of this name, or a name is not allowed
     */
    public ProjectSummary createProject(String organizationName, String projectName) {
        return transactions.run(() -> createNew(named(organizationName), projectName, true));
    }

    /**
     * Creates a project.
     *
     * @param billed whether its requests need a price and are charged
     * @throws RefusedException when there is no such organization, it has a project of this name, or the name is not allowed
     */
    public ProjectSummary addProject(String organizationId, String projectName, boolean billed) {
        return transactions.run(() -> createNew(required(organizationId), projectName, billed));
    }

    /** The project of this name, created when it is missing: billed, unless the settings except its organization. */
    public ProjectSummary ensureProject(String organizationName, String projectName) {
        String name = Names.require("a project", projectName);
        return transactions.run(() -> {
            Organization organization = named(organizationName);
            boolean billed = !settings.unbilledOrganizations().contains(organization.name());
            return projects.findByOrganizationAndName(organization, name)
                    .map(Project::summary)
                    .orElseGet(() -> create(organization, name, billed));
        });
    }

    /** @throws RefusedException when there is no such project, its organization has another of the name, or it is not allowed */
    public ProjectSummary rename(String projectId, String newName) {
        String name = Names.require("a project", newName);
        return transactions.run(() -> {
            Project project = projects.findById(projectId).orElseThrow(() -> noProject(projectId));
            if (!project.name().equals(name)) {
                requireFree(project.organization(), name);
                project.rename(name);
            }
            return project.summary();
        });
    }

    private ProjectSummary createNew(Organization organization, String projectName, boolean billed) {
        String name = Names.require("a project", projectName);
        requireFree(organization, name);
        return create(organization, name, billed);
    }

    private ProjectSummary create(Organization organization, String name, boolean billed) {
        Project project = new Project(identifiers.next("proj"), organization, name, clock.instant(), billed);
        return projects.save(project).summary();
    }

    private void requireFree(Organization organization, String name) {
        if (projects.findByOrganizationAndName(organization, name).isPresent()) {
            throw new RefusedException(
                    Reason.NAME_TAKEN,
                    "the organization '%s' already has a project '%s'".formatted(organization.name(), name),
                    "name");
        }
    }

    private Organization required(String organizationId) {
        return organizations
                .findById(organizationId)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_FOUND, "there is no organization '%s'".formatted(organizationId)));
    }

    private Organization named(String organizationName) {
        String name = Names.require("an organization", organizationName);
        return organizations
                .findByName(name)
                .orElseGet(() -> organizations.save(new Organization(identifiers.next("org"), name, clock.instant())));
    }

    private static RefusedException noProject(String projectId) {
        return new RefusedException(Reason.NOT_FOUND, "there is no project '%s'".formatted(projectId));
    }
}
