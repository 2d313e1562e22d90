package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/organization/projects}. */
@RestController
final class ProjectsController {

    private static final String PATH = "/v1/organization/projects";
    private static final String ONE = PATH + "/{project_id}";

    private final Tenancy tenancy;
    private final ProjectSettings settings;

    ProjectsController(Tenancy tenancy, ProjectSettings settings) {
        this.tenancy = tenancy;
        this.settings = settings;
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.PROJECTS, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        boolean archivedToo = QueryFlags.flag(exchange, "include_archived");
        exchange.sendPage(
                tenancy.projects(exchange.organizationId(), archivedToo, exchange.paging()),
                ProjectSummary::projectId,
                ProjectAnswer::of);
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.PROJECTS, access = Access.MANAGE)
    void create(AdminExchange exchange) throws IOException {
        String organizationId = exchange.organizationId();
        String name = exchange.body().requireString("name");
        ProjectSummary created = exchange.change(() -> {
            ProjectSummary project = tenancy.addProject(organizationId, name, true);
            exchange.audit("project.created", project.projectId(), Map.of(), Map.of("name", project.name()));
            return project;
        });
        exchange.send(ProjectAnswer.of(created));
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.PROJECTS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        exchange.send(ProjectAnswer.of(tenancy.project(exchange.organizationId(), projectId)));
    }

    @PostMapping(ONE)
    @AdminRoute(area = Area.PROJECTS, access = Access.MANAGE)
    void rename(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        ProjectSummary before = tenancy.project(exchange.organizationId(), projectId);
        String name = exchange.body().requireString("name");
        ProjectSummary renamed = exchange.change(() -> {
            ProjectSummary after = tenancy.rename(projectId, name);
            exchange.audit("project.updated", projectId, Map.of("name", before.name()), Map.of("name", after.name()));
            return after;
        });
        exchange.send(ProjectAnswer.of(renamed));
    }

    @PostMapping(ONE + "/archive")
    @AdminRoute(area = Area.PROJECTS, access = Access.MANAGE)
    void archive(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        ProjectSummary before = tenancy.project(exchange.organizationId(), projectId);
        ProjectSummary archived = exchange.change(() -> {
            ProjectSummary after = settings.archive(projectId);
            exchange.audit(
                    "project.archived",
                    projectId,
                    Map.of("status", ProjectAnswer.of(before).status()),
                    Map.of("status", ProjectAnswer.of(after).status()));
            return after;
        });
        exchange.send(ProjectAnswer.of(archived));
    }
}
