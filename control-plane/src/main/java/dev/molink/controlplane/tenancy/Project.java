package dev.molink.controlplane.tenancy;

import dev.molink.controlplane.paging.CreationPlace;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A part of an organization with keys of its own. */
@Entity
public class Project {

    @Id
    private String id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Organization organization;

    private String name;
    private Instant createdAt;
    private boolean sharesPrefixCache;
    private boolean billed;
    private @Nullable Instant archivedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected Project() {}

    Project(String id, Organization organization, String name, Instant createdAt, boolean billed) {
        this.id = id;
        this.organization = organization;
        this.name = name;
        this.createdAt = createdAt;
        this.billed = billed;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String organizationId() {
        return organization.id();
    }

    public boolean archived() {
        return archivedAt != null;
    }

    public void sharePrefixCache(boolean share) {
        sharesPrefixCache = share;
    }

    public void bill(boolean bill) {
        billed = bill;
    }

    /** Without effect on a project that is archived already: the first time counts. */
    public void archive(Instant now) {
        if (archivedAt == null) {
            archivedAt = now;
        }
    }

    void rename(String newName) {
        name = newName;
    }

    CreationPlace place() {
        return new CreationPlace(createdAt, id);
    }

    Organization organization() {
        return organization;
    }

    public ProjectSummary summary() {
        return new ProjectSummary(
                id, name, organization.id(), organization.name(), createdAt, sharesPrefixCache, billed, archivedAt);
    }
}
