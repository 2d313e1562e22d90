package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.gateway.http.UnixTime;
import org.jspecify.annotations.Nullable;

/** A project in OpenAI's shape. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ProjectAnswer(
        String object,
        String id,
        String name,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("archived_at") @Nullable Long archivedAt,
        String status) {

    static ProjectAnswer of(ProjectSummary project) {
        return new ProjectAnswer(
                "organization.project",
                project.projectId(),
                project.name(),
                project.createdAt().getEpochSecond(),
                UnixTime.of(project.archivedAt()),
                project.archived() ? "archived" : "active");
    }
}
