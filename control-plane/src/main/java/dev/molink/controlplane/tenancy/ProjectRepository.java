package dev.molink.controlplane.tenancy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored projects. */
public interface ProjectRepository extends Repository<Project, String> {

    Project save(Project project);

    Optional<Project> findById(String id);

    Optional<Project> findByOrganizationAndName(Organization organization, String name);

    @Query("select p from Project p join fetch p.organization o order by o.name, p.name")
    List<Project> findAllInOrder();

    /** Those of an organization after a place in the order of their creation. */
    @Query("""
            select p from Project p join fetch p.organization o
            where o.id = :organizationId and (:archivedToo = true or p.archivedAt is null)
                and (p.createdAt > :createdAt or (p.createdAt = :createdAt and p.id > :id))
            order by p.createdAt, p.id""")
    List<Project> findAfter(String organizationId, boolean archivedToo, Instant createdAt, String id, Limit limit);

    /** Those before a place, backwards. */
    @Query("""
            select p from Project p join fetch p.organization o
            where o.id = :organizationId and (:archivedToo = true or p.archivedAt is null)
                and (p.createdAt < :createdAt or (p.createdAt = :createdAt and p.id < :id))
            order by p.createdAt desc, p.id desc""")
    List<Project> findBefore(String organizationId, boolean archivedToo, Instant createdAt, String id, Limit limit);
}
