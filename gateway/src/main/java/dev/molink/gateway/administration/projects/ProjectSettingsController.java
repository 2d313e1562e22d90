package dev.molink.gateway.administration.projects;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /admin/v1/projects/ID}: the settings that OpenAI's projects do not have. */
@RestController
final class ProjectSettingsController {

    private static final String ONE = "/admin/v1/projects/{project_id}";

    private final Tenancy tenancy;
    private final ProjectSettings settings;

    ProjectSettingsController(Tenancy tenancy, ProjectSettings settings) {
        this.tenancy = tenancy;
        this.settings = settings;
    }

    @GetMapping(ONE)
    @AdminRoute(area = Area.PROJECTS, access = Access.VIEW)
    void one(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        exchange.send(ProjectDetails.of(tenancy.project(exchange.organizationId(), projectId)));
    }

    /** Whether a project is billed is the installation's operator's to say: no tenant excepts itself. */
    @PostMapping(ONE)
    @AdminRoute(area = Area.PROJECTS, access = Access.MANAGE)
    void change(AdminExchange exchange, @PathVariable("project_id") String projectId) throws IOException {
        ProjectDetails before = ProjectDetails.of(tenancy.project(exchange.organizationId(), projectId));
        Fields body = exchange.body();
        Boolean billed = flag(body, "billed");
        Boolean shares = flag(body, "shares_prefix_cache");
        if (billed != null && !exchange.isOperator()) {
            throw ApiException.field(
                    ErrorCode.FORBIDDEN,
                    "billed",
                    "Only the installation's operator may say whether a project is billed.");
        }
        exchange.send(exchange.change(() -> {
            ProjectDetails after = ProjectDetails.of(changed(exchange.organizationId(), projectId, billed, shares));
            exchange.audit("project.updated", projectId, before.settings(), after.settings());
            return after;
        }));
    }

    private ProjectSummary changed(
            String organizationId, String projectId, @Nullable Boolean billed, @Nullable Boolean shares) {
        if (billed != null) {
            settings.bill(projectId, billed);
        }
        if (shares != null) {
            settings.sharePrefixCache(projectId, shares);
        }
        return tenancy.project(organizationId, projectId);
    }

    /** Null when the field is absent: the setting stays. */
    private static @Nullable Boolean flag(Fields body, String name) {
        return body.value(name) == null ? null : body.flag(name);
    }
}
