package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.audit.AuditEntry;
import dev.molink.controlplane.audit.AuditedWrites;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Keys and projects changed on somebody's behalf, outside of the administration API: each change leaves a row in the audit
 * log of its organization, in the same transaction. The methods throw a {@link RefusedException} as those behind them do.
 */
public final class AuditedKeys {

    private final ApiKeys keys;
    private final Tenancy tenancy;
    private final ProjectSettings settings;
    private final AuditedWrites writes;
    private final InstantSource clock;

    AuditedKeys(ApiKeys keys, Tenancy tenancy, ProjectSettings settings, AuditedWrites writes, InstantSource clock) {
        this.keys = keys;
        this.tenancy = tenancy;
        this.settings = settings;
        this.writes = writes;
        this.clock = clock;
    }

    /** Creates a key in the project. */
    public CreatedApiKey create(AdminCaller caller, String projectId, String name) {
        return writes.run(() -> keys.create(projectId, name), created -> List.of(created(caller, created.key())));
    }

    /** Creates a key in the project with this name, which is made as well when it is missing. */
    public CreatedApiKey create(AdminCaller caller, String organization, String project, NewKey key) {
        return writes.run(
                () -> keys.create(
                        request(ensureProject(caller, organization, project).projectId(), key)),
                created -> List.of(created(caller, created.key())));
    }

    /** The project of this name, made when it is missing. */
    public ProjectSummary ensureProject(AdminCaller caller, String organization, String project) {
        record Ensured(boolean before, ProjectSummary project) {}
        return writes.run(
                        () -> new Ensured(exists(organization, project), tenancy.ensureProject(organization, project)),
                        ensured -> ensured.before() ? List.of() : List.of(projectCreated(caller, ensured.project())))
                .project();
    }

    /** Makes {@code text} the one fixed key of this name in the project; see {@link ApiKeys#keepFixed}. */
    public ApiKeySummary keepFixed(AdminCaller caller, String projectId, String name, String text) {
        record Kept(List<ApiKeySummary> before, ApiKeySummary key) {}
        return writes.run(
                        () -> new Kept(working(projectId, name), keys.keepFixed(projectId, name, text)),
                        kept -> kept.before().contains(kept.key())
                                ? List.of()
                                : replaced(caller, kept.before(), kept.key()))
                .key();
    }

    /** Revokes a key for ever. Revoking again changes nothing and is not recorded. */
    public ApiKeySummary revoke(AdminCaller caller, String keyId) {
        record Revoked(boolean before, ApiKeySummary key) {}
        return writes.run(
                        () -> new Revoked(keys.find(keyId).revoked(), keys.revoke(keyId)),
                        revoked -> revoked.before() ? List.of() : List.of(deleted(caller, revoked.key())))
                .key();
    }

    /** Allows or forbids that the project's requests share computed prefixes with those of other projects. */
    public ProjectSummary sharePrefixCache(AdminCaller caller, String projectId, boolean share) {
        record Changed(ProjectSummary before, ProjectSummary after) {}
        return writes.run(
                        () -> new Changed(tenancy.project(projectId), settings.sharePrefixCache(projectId, share)),
                        changed -> List.of(new AuditEntry(
                                caller,
                                "project.updated",
                                projectId,
                                changed.after().organizationId(),
                                sharing(changed.before()),
                                sharing(changed.after()),
                                "")))
                .after();
    }

    private KeyRequest request(String projectId, NewKey key) {
        Instant expiresAt = key.lifetime() == null ? null : clock.instant().plus(key.lifetime());
        return new KeyRequest(projectId, null, key.name(), key.scope(), expiresAt);
    }

    private List<ApiKeySummary> working(String projectId, String name) {
        return keys.list().stream()
                .filter(key -> key.projectId().equals(projectId) && key.name().equals(name) && !key.revoked())
                .toList();
    }

    /** A fixed key of the same name that another took the place of is revoked; one that was generated goes on. */
    private List<AuditEntry> replaced(AdminCaller caller, List<ApiKeySummary> before, ApiKeySummary key) {
        return Stream.concat(
                        before.stream()
                                .filter(each -> keys.find(each.keyId()).revoked())
                                .map(each -> deleted(caller, each)),
                        Stream.of(created(caller, key)))
                .toList();
    }

    private boolean exists(String organization, String project) {
        return tenancy.projects().stream()
                .anyMatch(each -> each.organizationName().equals(organization.strip())
                        && each.name().equals(project.strip()));
    }

    private static AuditEntry projectCreated(AdminCaller caller, ProjectSummary project) {
        return new AuditEntry(
                caller,
                "project.created",
                project.projectId(),
                project.organizationId(),
                Map.of(),
                Map.of("name", project.name()),
                "");
    }

    private static AuditEntry created(AdminCaller caller, ApiKeySummary key) {
        return new AuditEntry(caller, "api_key.created", key.keyId(), key.organizationId(), Map.of(), fields(key), "");
    }

    private static AuditEntry deleted(AdminCaller caller, ApiKeySummary key) {
        return new AuditEntry(caller, "api_key.deleted", key.keyId(), key.organizationId(), fields(key), Map.of(), "");
    }

    private static Map<String, String> fields(ApiKeySummary key) {
        Map<String, String> fields = new HashMap<>();
        fields.put("name", key.name());
        fields.put("project_id", key.projectId());
        fields.put("redacted", key.redacted());
        putBound(fields, "models", key.scope().models());
        putBound(fields, "endpoints", key.scope().endpoints());
        putBound(fields, "ip_ranges", key.scope().ipRanges());
        if (key.expiresAt() != null) {
            fields.put("expires_at", Long.toString(key.expiresAt().getEpochSecond()));
        }
        return fields;
    }

    private static void putBound(Map<String, String> fields, String name, List<?> entries) {
        if (!entries.isEmpty()) {
            fields.put(name, entries.toString());
        }
    }

    private static Map<String, String> sharing(ProjectSummary project) {
        return Map.of("shares_prefix_cache", Boolean.toString(project.sharesPrefixCache()));
    }
}
