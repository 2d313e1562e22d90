package dev.molink.controlplane.keys;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ApiKeyRepository extends Repository<ApiKey, String> {

    ApiKey save(ApiKey key);

    @Query("""
            select k from ApiKey k join fetch k.project p join fetch p.organization left join fetch k.serviceAccount
            where k.id = :id""")
    Optional<ApiKey> findById(String id);

    Optional<ApiKey> findByDigestHexIn(Collection<String> digests);

    @Query("""
            select k from ApiKey k join fetch k.project p join fetch p.organization left join fetch k.serviceAccount
            order by p.name, k.createdAt desc, k.id""")
    List<ApiKey> findAllInOrder();

    /** Those of a project after a place in the order of their creation. */
    @Query("""
            select k from ApiKey k join fetch k.project p join fetch p.organization left join fetch k.serviceAccount
            where p.id = :projectId and (:revokedToo = true or k.revokedAt is null)
                and (k.createdAt > :createdAt or (k.createdAt = :createdAt and k.id > :id))
            order by k.createdAt, k.id""")
    List<ApiKey> findAfter(String projectId, boolean revokedToo, Instant createdAt, String id, Limit limit);

    /** Those before a place, backwards. */
    @Query("""
            select k from ApiKey k join fetch k.project p join fetch p.organization left join fetch k.serviceAccount
            where p.id = :projectId and (:revokedToo = true or k.revokedAt is null)
                and (k.createdAt < :createdAt or (k.createdAt = :createdAt and k.id < :id))
            order by k.createdAt desc, k.id desc""")
    List<ApiKey> findBefore(String projectId, boolean revokedToo, Instant createdAt, String id, Limit limit);

    /** Those that work now and no longer at {@code end}. */
    @Query("""
            select k from ApiKey k join fetch k.project p join fetch p.organization left join fetch k.serviceAccount
            where k.expiresAt > :now and k.expiresAt <= :end and k.revokedAt is null and p.archivedAt is null
            order by k.expiresAt, k.id""")
    List<ApiKey> findExpiring(Instant now, Instant end);

    @Query("select k from ApiKey k where k.serviceAccount.id = :serviceAccountId")
    List<ApiKey> findByServiceAccount(String serviceAccountId);

    @Query("select k from ApiKey k where k.project.id = :projectId and k.name = :name and k.publicId is null")
    List<ApiKey> findFixed(String projectId, String name);

    @Query("""
            select new dev.molink.controlplane.keys.PepperUse(k.pepperId, count(k)) from ApiKey k
            where k.revokedAt is null and (k.expiresAt is null or k.expiresAt > :now) group by k.pepperId""")
    List<PepperUse> countValidByPepper(Instant now);

    /** Keys of the administration are digested under the same peppers. */
    @NativeQuery("""
            SELECT COUNT(*) FROM admin_key
            WHERE pepper_id = :pepperId AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)""")
    long countValidAdminKeys(String pepperId, Instant now);

    /** At most two rows: a fixed key may have the text of a generated one's public id. */
    @Query("""
            select new dev.molink.controlplane.keys.StoredKey(
                k.id, p.id, p.organization.id, p.sharesPrefixCache, p.billed, k.allowedModels, k.allowedEndpoints,
                k.allowedIpRanges, k.pepperId, k.digestHex, k.expiresAt, k.revokedAt, p.archivedAt)
            from ApiKey k join k.project p
            where k.publicId = :publicId or k.digestHex in :digests""")
    List<StoredKey> findStored(String publicId, Collection<String> digests);

    @Query("""
            select new dev.molink.controlplane.keys.StoredKey(
                k.id, p.id, p.organization.id, p.sharesPrefixCache, p.billed, k.allowedModels, k.allowedEndpoints,
                k.allowedIpRanges, k.pepperId, k.digestHex, k.expiresAt, k.revokedAt, p.archivedAt)
            from ApiKey k join k.project p where k.id in :ids""")
    List<StoredKey> findStoredByIds(Collection<String> ids);
}
