package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.access.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Admin keys in the database. */
final class AdminKeyTable {

    private static final String COLUMNS =
            "id, organization_id, name, role, redacted, created_by, created_at, expires_at, revoked_at, last_used_at";
    private static final String SELECT = "SELECT %s FROM admin_key ".formatted(COLUMNS);
    private static final String OLDEST_FIRST = " ORDER BY created_at, id";

    private final JdbcClient database;

    AdminKeyTable(JdbcClient database) {
        this.database = database;
    }

    /** Under which pepper a text was digested, and the digest. */
    record Digest(String pepperId, String hex) {}

    /** A key and its digest. */
    record Stored(AdminKey key, Digest digest) {}

    void insert(AdminKey key, @Nullable String publicId, Digest digest) {
        database.sql("""
                INSERT INTO admin_key (%s, public_id, digest_hex, pepper_id)
                VALUES (:id, :organizationId, :name, :role, :redacted, :createdBy, :createdAt, :expiresAt, :revokedAt,
                    :lastUsedAt, :publicId, :digestHex, :pepperId)""".formatted(COLUMNS))
                .param("id", key.keyId())
                .param("organizationId", key.organizationId(), Types.VARCHAR)
                .param("name", key.name())
                .param("role", key.role().name())
                .param("redacted", key.redacted())
                .param("createdBy", key.createdBy())
                .param("createdAt", zoned(key.createdAt()))
                .param("expiresAt", zoned(key.expiresAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("revokedAt", zoned(key.revokedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("lastUsedAt", zoned(key.lastUsedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("publicId", publicId, Types.VARCHAR)
                .param("digestHex", digest.hex())
                .param("pepperId", digest.pepperId())
                .update();
    }

    /** At most two keys: a fixed key may have the text of a generated one's public id. */
    List<Stored> presented(String publicId, Collection<String> digests) {
        return database.sql(
                        "SELECT %s, pepper_id, digest_hex FROM admin_key WHERE public_id = :publicId OR digest_hex IN (:digests)"
                                .formatted(COLUMNS))
                .param("publicId", publicId)
                .param("digests", digests)
                .query((columns, number) -> new Stored(
                        key(columns, number),
                        new Digest(columns.getString("pepper_id"), columns.getString("digest_hex"))))
                .list();
    }

    Optional<AdminKey> find(String keyId) {
        return database.sql(SELECT + "WHERE id = :id")
                .param("id", keyId)
                .query(AdminKeyTable::key)
                .optional();
    }

    /** Keys in force of the organization, and those of the installation where asked for, the oldest first. */
    List<AdminKey> list(String organizationId, boolean withInstallation) {
        return database.sql(SELECT
                        + "WHERE revoked_at IS NULL AND (organization_id = :organization%s)"
                                .formatted(withInstallation ? " OR organization_id IS NULL" : "")
                        + OLDEST_FIRST)
                .param("organization", organizationId)
                .query(AdminKeyTable::key)
                .list();
    }

    /** The installation's keys of this name whose text an operator chose. */
    List<AdminKey> fixed(String name) {
        return database.sql(
                        SELECT + "WHERE public_id IS NULL AND name = :name AND organization_id IS NULL" + OLDEST_FIRST)
                .param("name", name)
                .query(AdminKeyTable::key)
                .list();
    }

    /** Without effect on a key that is revoked already: the first time counts. */
    void revoke(String keyId, Instant now) {
        database.sql("UPDATE admin_key SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
                .param("now", zoned(now))
                .param("id", keyId)
                .update();
    }

    void restore(String keyId) {
        database.sql("UPDATE admin_key SET revoked_at = NULL WHERE id = :id")
                .param("id", keyId)
                .update();
    }

    void used(String keyId, Instant now) {
        database.sql("UPDATE admin_key SET last_used_at = :now WHERE id = :id")
                .param("now", zoned(now))
                .param("id", keyId)
                .update();
    }

    private static AdminKey key(ResultSet columns, int number) throws SQLException {
        return new AdminKey(
                columns.getString("id"),
                columns.getString("organization_id"),
                columns.getString("name"),
                Role.valueOf(columns.getString("role")),
                columns.getString("redacted"),
                columns.getString("created_by"),
                columns.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(columns, "expires_at"),
                instant(columns, "revoked_at"),
                instant(columns, "last_used_at"));
    }

    private static @Nullable Instant instant(ResultSet columns, String name) throws SQLException {
        OffsetDateTime value = columns.getObject(name, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private static @Nullable OffsetDateTime zoned(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
