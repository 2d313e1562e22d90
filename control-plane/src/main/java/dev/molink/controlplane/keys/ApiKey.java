package dev.molink.controlplane.keys;

import dev.molink.controlplane.paging.CreationPlace;
import dev.molink.controlplane.tenancy.Project;
import dev.molink.controlplane.tenancy.ServiceAccount;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@SuppressWarnings("UnusedVariable") // fields that only queries read
class ApiKey {

    @Id
    private String id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Project project;

    @ManyToOne(fetch = FetchType.LAZY)
    private @Nullable ServiceAccount serviceAccount;

    private String name;
    private @Nullable String publicId;
    private String digestHex;
    private String pepperId;
    private String redacted;
    private @Nullable String allowedModels;
    private @Nullable String allowedEndpoints;
    private @Nullable String allowedIpRanges;
    private Instant createdAt;
    private @Nullable Instant expiresAt;
    private @Nullable Instant revokedAt;
    private @Nullable String replacedById;

    /** Written by {@link KeyUses} only. */
    @Column(insertable = false, updatable = false)
    private @Nullable Instant lastUsedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected ApiKey() {}

    /** @param publicId null for a fixed key */
    ApiKey(
            String id,
            Project project,
            @Nullable ServiceAccount serviceAccount,
            KeyRequest request,
            @Nullable String publicId,
            String pepperId,
            String digestHex,
            String redacted,
            Instant createdAt) {
        this.id = id;
        this.project = project;
        this.serviceAccount = serviceAccount;
        this.name = request.name();
        this.publicId = publicId;
        this.pepperId = pepperId;
        this.digestHex = digestHex;
        this.redacted = redacted;
        this.allowedModels = ScopeText.of(request.scope().models());
        this.allowedEndpoints = ScopeText.of(request.scope().endpoints());
        this.allowedIpRanges = ScopeText.of(request.scope().ipRanges());
        this.createdAt = createdAt;
        this.expiresAt = request.expiresAt();
    }

    String projectId() {
        return project.id();
    }

    CreationPlace place() {
        return new CreationPlace(createdAt, id);
    }

    String digestHex() {
        return digestHex;
    }

    /** Whether an operator chose its text. */
    boolean isFixed() {
        return publicId == null;
    }

    /** Whether it is the key of this name that an operator chose the text of. */
    boolean isFixed(String projectId, String fixedName) {
        return isFixed() && project.id().equals(projectId) && name.equals(fixedName);
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

    /** How long it works from its creation to its expiry; null: for ever. */
    @Nullable
    Duration lifetime() {
        return expiresAt == null ? null : Duration.between(createdAt, expiresAt);
    }

    /** Gives way to {@code next}: works until {@code end}, unless it expires before. */
    void replaceBy(ApiKey next, Instant end) {
        replacedById = next.id;
        if (expiresAt == null || end.isBefore(expiresAt)) {
            expiresAt = end;
        }
    }

    ApiKeySummary summary() {
        return new ApiKeySummary(
                id,
                project.id(),
                project.name(),
                project.organizationId(),
                serviceAccount == null ? null : serviceAccount.summary(),
                name,
                redacted,
                ScopeText.parse(allowedModels, allowedEndpoints, allowedIpRanges),
                createdAt,
                expiresAt,
                revokedAt,
                replacedById,
                lastUsedAt);
    }
}
