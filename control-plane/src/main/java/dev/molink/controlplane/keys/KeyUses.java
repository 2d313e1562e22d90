package dev.molink.controlplane.keys;

import dev.molink.controlplane.storage.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * When keys were last used: noted in memory by the threads of requests, written to the database in batches by the clock. What
 * cannot be written waits for the next time; what was not written when the process is killed is lost.
 */
final class KeyUses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyUses.class);
    private static final Duration PRECISION = Duration.ofSeconds(1);
    private static final int BATCH = 500;
    private static final String WRITE =
            "UPDATE api_key SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)";

    private final JdbcTemplate database;
    private final Transactions transactions;
    private final int maxKeys;
    private final Map<String, Instant> unwritten = new ConcurrentHashMap<>();

    KeyUses(JdbcTemplate database, Transactions transactions, int maxKeys) {
        this.database = database;
        this.transactions = transactions;
        this.maxKeys = maxKeys;
    }

    void used(String keyId, Instant now) {
        Instant noted = unwritten.get(keyId);
        if (noted == null ? unwritten.size() < maxKeys : noted.plus(PRECISION).isBefore(now)) {
            unwritten.put(keyId, now);
        }
    }

    /** Writes what was noted since the last time; only the clock's thread calls it. */
    void write() {
        // in the order of the ids, so that two replicas never wait for each other
        List<Map.Entry<String, Instant>> uses = List.copyOf(new TreeMap<>(unwritten).entrySet());
        try {
            for (int first = 0; first < uses.size(); first += BATCH) {
                write(uses.subList(first, Math.min(first + BATCH, uses.size())));
            }
        } catch (DataAccessException | TransactionException unreachable) {
            LOG.debug("the last use of keys is written later: {}", unreachable.getMessage());
        }
    }

    private void write(List<Map.Entry<String, Instant>> uses) {
        List<Object[]> rows =
                uses.stream().map(use -> row(use.getKey(), use.getValue())).toList();
        transactions.run(() -> database.batchUpdate(WRITE, rows));
        uses.forEach(use -> unwritten.remove(use.getKey(), use.getValue()));
    }

    private static Object[] row(String keyId, Instant usedAt) {
        OffsetDateTime zoned = usedAt.atOffset(ZoneOffset.UTC);
        return new Object[] {zoned, keyId, zoned};
    }

    @Override
    public void close() {
        write();
    }
}
