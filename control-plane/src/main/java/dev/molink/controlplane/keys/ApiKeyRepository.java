package dev.molink.controlplane.keys;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

interface ApiKeyRepository extends Repository<ApiKey, String> {

    ApiKey save(ApiKey key);

    Optional<ApiKey> findById(String id);

    Optional<ApiKey> findByDigestHexIn(Collection<String> digests);

    @Query("select k from ApiKey k join fetch k.project p order by p.name, k.createdAt desc, k.id")
    List<ApiKey> findAllInOrder();

    @Query("select k from ApiKey k where k.project.id = :projectId and k.name = :name and k.publicId is null")
    List<ApiKey> findFixed(String projectId, String name);

    /** At most two rows: a fixed key may have the text of a generated one's public id. */
    @Query("""
            select new dev.molink.controlplane.keys.StoredKey(
                k.id, p.id, p.organization.id, p.sharesPrefixCache, k.pepperId, k.digestHex, k.expiresAt,
                k.revokedAt)
            from ApiKey k join k.project p
            where k.publicId = :publicId or k.digestHex in :digests""")
    List<StoredKey> findStored(String publicId, Collection<String> digests);
}
