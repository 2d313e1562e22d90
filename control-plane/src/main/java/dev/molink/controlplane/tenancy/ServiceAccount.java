package dev.molink.controlplane.tenancy;

import dev.molink.controlplane.paging.CreationPlace;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A program that uses a project with keys of its own. */
@Entity
@SuppressWarnings("UnusedVariable") // a field that only queries read
public class ServiceAccount {

    @Id
    private String id;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Project project;

    private String name;

    @Enumerated(EnumType.STRING)
    private ServiceAccountRole role;

    private Instant createdAt;
    private @Nullable Instant deletedAt;

    @SuppressWarnings("NullAway.Init") // for Hibernate, which fills the fields
    protected ServiceAccount() {}

    public ServiceAccount(String id, Project project, String name, ServiceAccountRole role, Instant createdAt) {
        this.id = id;
        this.project = project;
        this.name = name;
        this.role = role;
        this.createdAt = createdAt;
    }

    public CreationPlace place() {
        return new CreationPlace(createdAt, id);
    }

    public void change(String newName, ServiceAccountRole newRole) {
        name = newName;
        role = newRole;
    }

    public void delete(Instant now) {
        deletedAt = now;
    }

    public ServiceAccountSummary summary() {
        return new ServiceAccountSummary(id, project.id(), name, role, createdAt);
    }
}
