package dev.molink.controlplane.tenancy;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Instant;

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

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected Project() {}

    Project(String id, Organization organization, String name, Instant createdAt) {
        this.id = id;
        this.organization = organization;
        this.name = name;
        this.createdAt = createdAt;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public void sharePrefixCache(boolean share) {
        sharesPrefixCache = share;
    }

    public ProjectSummary summary() {
        return new ProjectSummary(id, name, organization.id(), organization.name(), createdAt, sharesPrefixCache);
    }
}
