package dev.molink.cli.keys;

import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.keys.NewKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where keys are managed. Each method throws {@link IllegalArgumentException} with the store's sentence when refused. */
public interface KeyStore extends AutoCloseable {

    /**
     * Creates a key in the project of the default organization with this name, made when missing, and returns its text, the
     * only time that it is seen.
     */
    String create(String project, NewKey key) throws Exception;

    /** Creates a key of the administration and returns its text, the only time that it is seen. */
    String createAdmin(NewAdmin key) throws Exception;

    List<Row> list() throws Exception;

    /** Revokes the key with this id. */
    void revoke(String keyId) throws Exception;

    /**
     * Says whether the requests of a project of the default organization share computed prefixes with those of other projects
     * that do.
     */
    void sharePrefixCache(String project, boolean share) throws Exception;

    @Override
    void close();

    /**
     * A key of the administration that shall be.
     *
     * @param organization id or name of the only organization that it sees; null for the installation's operator
     * @param expiresInDays null: until it is deleted
     */
    record NewAdmin(
            String name,
            String role,
            @Nullable String organization,
            @Nullable Integer expiresInDays) {}

    /**
     * A key as it may be shown at any time.
     *
     * @param expiresAt null: never
     * @param revokedAt null: it is not
     */
    record Row(
            String keyId,
            String project,
            String name,
            String redacted,
            KeyScope scope,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {}
}
