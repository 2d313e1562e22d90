package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Changes the peppers in this replica's file. A new pepper is first known and only then used: between {@link #add} and {@link
 * #activate} the file goes to all other replicas, or keys made here would be unknown there. An old pepper stays until no key
 * needs it.
 */
public final class PepperRotation {

    /** Keys of projects and of the administration: both are digested under the same peppers. */
    private static final String VALID_KEYS = """
            SELECT pepper_id, COUNT(*) AS valid_keys FROM (
                SELECT pepper_id, expires_at, revoked_at FROM api_key
                UNION ALL SELECT pepper_id, expires_at, revoked_at FROM admin_key) all_keys
            WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
            GROUP BY pepper_id""";

    private final PepperFile file;
    private final Peppers peppers;
    private final JdbcClient database;
    private final KeyVerifier verifier;
    private final RandomGenerator random;
    private final InstantSource clock;

    PepperRotation(
            PepperFile file,
            Peppers peppers,
            JdbcClient database,
            KeyVerifier verifier,
            RandomGenerator random,
            InstantSource clock) {
        this.file = file;
        this.peppers = peppers;
        this.database = database;
        this.verifier = verifier;
        this.random = random;
        this.clock = clock;
    }

    /** In the file's order; the last is the current one. */
    public List<PepperSummary> list() {
        Map<String, Long> valid = validKeys();
        String current = peppers.currentId();
        return peppers.ids().stream()
                .map(id -> new PepperSummary(id, id.equals(current), valid.getOrDefault(id, 0L)))
                .toList();
    }

    /** Adds a new pepper that is not used for new keys yet, and returns all. */
    public synchronized List<PepperSummary> add() {
        Map<String, String> next = new LinkedHashMap<>();
        next.put(PepperFile.newId(random), PepperFile.newSecret(random));
        next.putAll(read());
        write(next);
        return list();
    }

    /**
     * Makes a pepper the one for new keys, and returns all.
     *
     * @throws RefusedException when the file has none with this id, or cannot be written
     */
    public synchronized List<PepperSummary> activate(String id) {
        Map<String, String> next = read();
        String secret = next.remove(id);
        if (secret == null) {
            throw new RefusedException(Reason.NOT_FOUND, "there is no pepper '%s' in %s".formatted(id, file));
        }
        next.put(id, secret);
        write(next);
        return list();
    }

    /**
     * Removes a pepper that no working key needs, and returns the others.
     *
     * @throws RefusedException when it is not there, is the current one, or keys need it, or the file cannot be written
     */
    public synchronized List<PepperSummary> remove(String id) {
        Map<String, String> next = read();
        if (!next.containsKey(id)) {
            throw new RefusedException(Reason.NOT_FOUND, "there is no pepper '%s' in %s".formatted(id, file));
        }
        long needed = validKeys().getOrDefault(id, 0L);
        if (needed > 0 || id.equals(peppers.currentId())) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "the pepper '%s' must stay: %s"
                            .formatted(
                                    id,
                                    needed > 0
                                            ? "%d keys that still work need it".formatted(needed)
                                            : "new keys are digested under it"));
        }
        next.remove(id);
        write(next);
        return list();
    }

    /** Looks whether the file was changed from outside; called by the clock. */
    void poll() {
        if (peppers.reload()) {
            verifier.forget();
        }
    }

    private Map<String, Long> validKeys() {
        return database
                .sql(VALID_KEYS)
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .query((row, number) -> Map.entry(row.getString("pepper_id"), row.getLong("valid_keys")))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Map<String, String> read() {
        try {
            return file.read();
        } catch (IOException unreadable) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "the peppers cannot be read: " + unreadable.getMessage());
        }
    }

    private void write(Map<String, String> next) {
        try {
            file.replace(next);
        } catch (IOException readOnly) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "the peppers cannot be written here; change %s where it comes from: %s"
                            .formatted(file, readOnly.getMessage()));
        }
        poll();
    }
}
