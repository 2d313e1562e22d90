package dev.molink.gateway.administration.projects;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.gateway.http.UnixTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A project with its settings. Times are seconds since 1970. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ProjectDetails(
        String object,
        String id,
        String name,
        @JsonProperty("organization_id") String organizationId,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("archived_at") @Nullable Long archivedAt,
        boolean billed,
        @JsonProperty("shares_prefix_cache") boolean sharesPrefixCache) {

    static ProjectDetails of(ProjectSummary project) {
        return new ProjectDetails(
                "project",
                project.projectId(),
                project.name(),
                project.organizationId(),
                project.createdAt().getEpochSecond(),
                UnixTime.of(project.archivedAt()),
                project.billed(),
                project.sharesPrefixCache());
    }

    /** The settings, for the audit log. */
    Map<String, String> settings() {
        return Map.of("billed", Boolean.toString(billed), "shares_prefix_cache", Boolean.toString(sharesPrefixCache));
    }
}
