package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.keys.KeyText;
import dev.molink.controlplane.keys.Peppers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Verifies presented keys with one query each. Administration is rare, so nothing is cached, and a revoked key stops at once
 * on every replica. Whatever is presented, the same work is done: one digest per pepper, one query, one comparison in
 * constant time.
 */
public final class AdminKeyVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(AdminKeyVerifier.class);
    private static final Duration USE_NOTED = Duration.ofMinutes(1);
    private static final String NO_DIGEST = "0".repeat(64);

    private final AdminKeyTable table;
    private final Peppers peppers;
    private final InstantSource clock;

    AdminKeyVerifier(AdminKeyTable table, Peppers peppers, InstantSource clock) {
        this.table = table;
        this.peppers = peppers;
        this.clock = clock;
    }

    /** Tells whose key {@code presented} is, and notes once a minute that it was used. */
    public AdminKeyVerification verify(String presented) {
        Map<String, String> digests = peppers.digests(presented);
        String publicId = KeyText.parse(presented).map(KeyText::publicId).orElse("");
        try {
            Optional<AdminKey> found = table.presented(publicId, digests.values()).stream()
                    .filter(stored -> matches(stored.digest(), digests))
                    .map(AdminKeyTable.Stored::key)
                    .findFirst();
            return found.map(key -> outcome(key, clock.instant())).orElseGet(AdminKeyVerification.Unknown::new);
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("an admin key could not be verified: {}", unreachable.getMessage());
            return new AdminKeyVerification.Unavailable();
        }
    }

    private AdminKeyVerification outcome(AdminKey key, Instant now) {
        if (key.revokedAt() != null) {
            return new AdminKeyVerification.Revoked(key.keyId());
        }
        if (key.expired(now)) {
            return new AdminKeyVerification.Expired(key.keyId());
        }
        if (key.lastUsedAt() == null || !now.isBefore(key.lastUsedAt().plus(USE_NOTED))) {
            table.used(key.keyId(), now);
        }
        return new AdminKeyVerification.Valid(key.caller());
    }

    private static boolean matches(AdminKeyTable.Digest digest, Map<String, String> presented) {
        return MessageDigest.isEqual(
                presented.getOrDefault(digest.pepperId(), NO_DIGEST).getBytes(StandardCharsets.US_ASCII),
                digest.hex().getBytes(StandardCharsets.US_ASCII));
    }
}
