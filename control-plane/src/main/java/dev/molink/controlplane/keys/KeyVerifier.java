package dev.molink.controlplane.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Verifies presented keys from memory; the database is asked only for texts that were not presented lately.
 *
 * <p>Whatever is presented, the same work is done: one digest, one look-up by it in the cache and, where that misses, the
 * digests under the other peppers, one query, one comparison in constant time. So the time an answer takes does not tell an
 * unknown text from a malformed one or from a revoked key. Texts that are no keys are cached as well; the cache admits by
 * frequency, so a flood of random ones does not push out the keys in use.
 *
 * <p>Every entry carries the generation in which it was read, and counts only while that lasts. A generation ends when a key
 * is changed here, and when a poll sees that another replica changed one. The generation is taken before the query, so an
 * answer that a change overtook is never kept. The poll that ends one reads the keys that were used last anew, so that the
 * next outage finds them in memory. While the database does not answer no generation ends, so keys in memory go on; of
 * others nobody can tell, which is neither a yes nor a no.
 */
public final class KeyVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(KeyVerifier.class);
    /** Long enough that whoever called within a day goes on while the database is away; the number of entries is bounded. */
    private static final Duration KEPT_UNUSED = Duration.ofDays(1);
    /** After each change of any key: so many that hardly anybody who calls often is missing, so few that it costs little. */
    private static final int READ_ANEW = 10_000;

    private static final int READ_AT_ONCE = 500;

    private final ApiKeyRepository keys;
    private final Peppers peppers;
    private final KeyChanges changes;
    private final KeyUses uses;
    private final InstantSource clock;
    private final Cache<String, CachedKey> cache;
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong seenStamp = new AtomicLong(-1);
    private volatile boolean readAnewDue;

    /** @param key null: no key has the text */
    private record CachedKey(@Nullable KnownKey key, long generation) {}

    /** @param valid the outcome while nothing forbids the key, made once */
    private record KnownKey(StoredKey stored, KeyVerification.Valid valid) {}

    KeyVerifier(
            ApiKeyRepository keys,
            Peppers peppers,
            KeyChanges changes,
            KeyUses uses,
            KeySettings settings,
            InstantSource clock) {
        this.keys = keys;
        this.peppers = peppers;
        this.changes = changes;
        this.uses = uses;
        this.clock = clock;
        this.cache = Caffeine.newBuilder()
                .maximumSize(settings.maxCached())
                .expireAfterAccess(KEPT_UNUSED)
                .build();
    }

    /** Tells whose key {@code presented} is; blocks for at most one query. */
    public KeyVerification verify(String presented) {
        try {
            return outcome(find(presented), clock.instant());
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.warn("a key that is not cached could not be verified: {}", unreachable.getMessage());
            return new KeyVerification.Unavailable();
        }
    }

    /** Forgets what was read before now. */
    void forget() {
        generation.incrementAndGet();
    }

    /** Asks the database whether any key changed; called by the clock. */
    void poll() {
        try {
            long stamp = changes.stamp();
            if (seenStamp.getAndSet(stamp) != stamp) {
                readAnewDue = true;
                forget();
            }
            if (readAnewDue) {
                readAnew();
                readAnewDue = false;
            }
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.debug("cannot tell whether keys changed: {}", unreachable.getMessage());
        }
    }

    /** Brings those that were used last into the generation that runs, the last ones last. */
    private void readAnew() {
        long now = generation.get();
        List<Map.Entry<String, CachedKey>> lately = lately();
        for (int end = lately.size(); end > 0; end -= READ_AT_ONCE) {
            readAnew(lately.subList(Math.max(0, end - READ_AT_ONCE), end).reversed(), now);
        }
    }

    private List<Map.Entry<String, CachedKey>> lately() {
        return cache.policy().expireAfterAccess().orElseThrow().youngest(READ_ANEW).entrySet().stream()
                .filter(entry -> entry.getValue().key() != null)
                .toList();
    }

    private void readAnew(List<Map.Entry<String, CachedKey>> entries, long now) {
        Map<String, StoredKey> stored = keys
                .findStoredByIds(entries.stream()
                        .map(entry -> Objects.requireNonNull(entry.getValue().key()))
                        .map(key -> key.stored().keyId())
                        .toList())
                .stream()
                .collect(Collectors.toMap(StoredKey::keyId, key -> key));
        for (Map.Entry<String, CachedKey> entry : entries) {
            CachedKey before = entry.getValue();
            StoredKey known = Objects.requireNonNull(before.key()).stored();
            StoredKey key = stored.get(known.keyId());
            if (key != null && key.hasTextOf(known)) {
                CachedKey after = new CachedKey(new KnownKey(key, key.valid()), now);
                cache.asMap().replace(entry.getKey(), before, after);
            }
        }
    }

    private @Nullable KnownKey find(String presented) {
        String cacheKey = peppers.currentDigest(presented);
        long now = generation.get();
        CachedKey cached = cache.getIfPresent(cacheKey);
        if (cached == null || cached.generation() != now) {
            cached = new CachedKey(load(presented), now);
            cache.put(cacheKey, cached);
        }
        return cached.key();
    }

    private @Nullable KnownKey load(String presented) {
        Map<String, String> digests = peppers.digests(presented);
        String publicId = KeyText.parse(presented).map(KeyText::publicId).orElse("");
        return keys.findStored(publicId, digests.values()).stream()
                .filter(key -> key.matches(digests))
                .findFirst()
                .map(key -> new KnownKey(key, key.valid()))
                .orElse(null);
    }

    private KeyVerification outcome(@Nullable KnownKey known, Instant now) {
        if (known == null) {
            return new KeyVerification.Unknown();
        }
        StoredKey key = known.stored();
        if (key.revokedAt() != null) {
            return new KeyVerification.Revoked(key.keyId());
        }
        if (key.expired(now)) {
            return new KeyVerification.Expired(key.keyId());
        }
        if (key.archivedAt() != null) {
            return new KeyVerification.Archived(key.keyId(), key.projectId());
        }
        uses.used(key.keyId(), now);
        return known.valid();
    }
}
