package dev.molink.controlplane.tenancy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Stored service accounts. */
public interface ServiceAccountRepository extends Repository<ServiceAccount, String> {

    ServiceAccount save(ServiceAccount account);

    /** One that is not deleted. */
    @Query("select a from ServiceAccount a where a.id = :id and a.project.id = :projectId and a.deletedAt is null")
    Optional<ServiceAccount> find(String projectId, String id);

    /** Those of a project, without deleted ones, after a place in the order of their creation. */
    @Query("""
            select a from ServiceAccount a
            where a.project.id = :projectId and a.deletedAt is null
                and (a.createdAt > :createdAt or (a.createdAt = :createdAt and a.id > :id))
            order by a.createdAt, a.id""")
    List<ServiceAccount> findAfter(String projectId, Instant createdAt, String id, Limit limit);

    /** Those before a place, backwards. */
    @Query("""
            select a from ServiceAccount a
            where a.project.id = :projectId and a.deletedAt is null
                and (a.createdAt < :createdAt or (a.createdAt = :createdAt and a.id < :id))
            order by a.createdAt desc, a.id desc""")
    List<ServiceAccount> findBefore(String projectId, Instant createdAt, String id, Limit limit);
}
