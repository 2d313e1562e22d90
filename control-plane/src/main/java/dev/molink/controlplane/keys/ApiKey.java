package dev.molink.controlplane.keys;

import dev.molink.controlplane.tenancy.Project;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@SuppressWarnings("UnusedVariable") // fields that only queries read
class ApiKey {

    @Id
    private String id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Project project;

    private String name;
    private @Nullable String publicId;
    private String digestHex;
    private String pepperId;
    private String redacted;
    private Instant createdAt;
    private @Nullable Instant expiresAt;
    private @Nullable Instant revokedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected ApiKey() {}

    ApiKey(
            String id,
            Project project,
            String name,
            @Nullable String publicId,
            String pepperId,
            String digestHex,
            String redacted,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        this.id = id;
        this.project = project;
        this.name = name;
        this.publicId = publicId;
        this.pepperId = pepperId;
        this.digestHex = digestHex;
        this.redacted = redacted;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
    }

    String digestHex() {
        return digestHex;
    }

    /** Whether it is the key of this name that an operator chose the text of. */
    boolean isFixed(String projectId, String fixedName) {
        return publicId == null && project.id().equals(projectId) && name.equals(fixedName);
    }

    /** Without effect on a key that is revoked already: the first time counts. */
    void revoke(Instant now) {
        if (revokedAt == null) {
            revokedAt = now;
        }
    }

    void restore() {
        revokedAt = null;
    }

    ApiKeySummary summary() {
        return new ApiKeySummary(id, project.id(), project.name(), name, redacted, createdAt, expiresAt, revokedAt);
    }
}
