package dev.molink.gateway.management;

import dev.molink.controlplane.keys.AuditedKeys;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * Projects on the management port: {@code GET /actuator/projects} lists, {@code POST /actuator/projects/ID} with {@code
 * sharesPrefixCache} true or false says whether the project's requests share computed prefixes with those of other projects
 * that do. A refusal is a status and a sentence in {@code error}.
 */
@Component
@WebEndpoint(id = "projects")
final class ProjectsEndpoint {

    private final Tenancy tenancy;
    private final AuditedKeys changes;

    ProjectsEndpoint(Tenancy tenancy, AuditedKeys changes) {
        this.tenancy = tenancy;
        this.changes = changes;
    }

    @ReadOperation
    ProjectList list() {
        return new ProjectList(tenancy.projects());
    }

    @WriteOperation
    WebEndpointResponse<?> change(@Selector String projectId, boolean sharesPrefixCache) {
        return ManagementAnswers.answer(
                () -> changes.sharePrefixCache(ManagementCaller.CALLER, projectId, sharesPrefixCache));
    }

    record ProjectList(List<ProjectSummary> projects) {}
}
