package dev.molink.controlplane.keys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.storage.Transactions;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Changes the peppers in this replica's file. A new pepper is first known and only then used: between {@link #add} and {@link
 * #activate} the file goes to all other replicas, or keys made here would be unknown there. An old pepper stays until no key
 * needs it.
 */
public final class PepperRotation {

    private final PepperFile file;
    private final Peppers peppers;
    private final ApiKeyRepository keys;
    private final KeyVerifier verifier;
    private final Transactions transactions;
    private final RandomGenerator random;
    private final InstantSource clock;

    PepperRotation(
            PepperFile file,
            Peppers peppers,
            ApiKeyRepository keys,
            KeyVerifier verifier,
            Transactions transactions,
            RandomGenerator random,
            InstantSource clock) {
        this.file = file;
        this.peppers = peppers;
        this.keys = keys;
        this.verifier = verifier;
        this.transactions = transactions;
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
        Instant now = clock.instant();
        return transactions.run(() -> {
            Map<String, Long> valid = new HashMap<>();
            keys.countValidByPepper(now).forEach(use -> valid.put(use.pepperId(), use.keys()));
            peppers.ids().forEach(id -> valid.merge(id, keys.countValidAdminKeys(id, now), Long::sum));
            return valid;
        });
    }

    private Map<String, String> read() {
        try {
            return file.read();
        } catch (IOException unreadable) {
            throw new RefusedException(Reason.INVALID_VALUE, "the peppers cannot be read: " + unreadable.getMessage());
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
