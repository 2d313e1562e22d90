package dev.molink.controlplane.admission;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Bounds and shares in the database. Every transaction locks the bounds that it changes in the order of their ids before it
 * touches their shares, so that nobody waits for each other in a circle.
 */
final class SharedBounds implements BoundStore {

    private static final String OPEN_BOUND = """
            INSERT INTO usage_bound (id, settled, held, obsolete_at) VALUES (:id, 0, 0, :obsoleteAt)
            ON CONFLICT DO NOTHING""";
    private static final String OPEN_SHARE = """
            INSERT INTO usage_share (bound_id, gateway_id, held, returnable, forfeited)
            VALUES (:id, :gatewayId, 0, FALSE, :forfeited)
            ON CONFLICT DO NOTHING""";
    private static final String LOCK =
            "SELECT id, settled, held FROM usage_bound WHERE id IN (:ids) ORDER BY id FOR UPDATE";
    private static final String HELD =
            "SELECT bound_id, held FROM usage_share WHERE bound_id IN (:ids) AND gateway_id = :gatewayId";
    private static final String RETURNABLE = """
            SELECT DISTINCT bound_id FROM usage_share
            WHERE bound_id IN (:ids) AND gateway_id <> :gatewayId AND returnable""";
    private static final String CHANGE_BOUND =
            "UPDATE usage_bound SET held = held + :change, wanted_at = COALESCE(:wantedAt, wanted_at) WHERE id = :id";
    private static final String CHANGE_SHARE = """
            UPDATE usage_share SET held = :held, returnable = :returnable
            WHERE bound_id = :id AND gateway_id = :gatewayId""";
    private static final String WANTED = """
            SELECT usage_bound.id FROM usage_bound JOIN usage_share ON usage_share.bound_id = usage_bound.id
            WHERE usage_share.gateway_id = :gatewayId AND usage_share.returnable AND usage_bound.wanted_at > :since""";

    private final NamedParameterJdbcOperations database;
    private final Transactions transactions;
    private final Wallets wallets;

    SharedBounds(NamedParameterJdbcOperations database, Transactions transactions, Wallets wallets) {
        this.database = database;
        this.transactions = transactions;
        this.wallets = wallets;
    }

    private record BoundRow(String id, BigDecimal settled, BigDecimal held) {}

    @Override
    public Instant time() {
        OffsetDateTime time = database.queryForObject("SELECT CURRENT_TIMESTAMP", Map.of(), OffsetDateTime.class);
        return Objects.requireNonNull(time).toInstant();
    }

    @Override
    public boolean renew(String gatewayId, Instant expiresAt) {
        SqlParameterSource holder =
                new MapSqlParameterSource("gatewayId", gatewayId).addValue("expiresAt", zoned(expiresAt));
        return transactions.run(() -> {
            int renewed = database.update(
                    "UPDATE share_holder SET lease_expires_at = :expiresAt WHERE gateway_id = :gatewayId", holder);
            if (renewed == 0) {
                database.update(
                        "INSERT INTO share_holder (gateway_id, lease_expires_at) VALUES (:gatewayId, :expiresAt)",
                        holder);
            }
            return renewed > 0;
        });
    }

    @Override
    public Map<String, Instant> holders() {
        Map<String, Instant> holders = new HashMap<>();
        database.query("SELECT gateway_id, lease_expires_at FROM share_holder", row -> {
            holders.put(
                    row.getString("gateway_id"),
                    row.getObject("lease_expires_at", OffsetDateTime.class).toInstant());
        });
        return holders;
    }

    @Override
    public void sweep(String deadGatewayId, Instant expiresAt) {
        SqlParameterSource dead =
                new MapSqlParameterSource("gatewayId", deadGatewayId).addValue("expiresAt", zoned(expiresAt));
        transactions.run(() -> {
            lock(database.queryForList(
                    "SELECT bound_id FROM usage_share WHERE gateway_id = :gatewayId", dead, String.class));
            if (!overForGood(dead)) {
                return false;
            }
            FailPoint.pass("limits.before-sweep");
            database.update("""
                    UPDATE usage_bound SET (held, settled) = (
                        SELECT usage_bound.held - usage_share.held,
                            usage_bound.settled + CASE WHEN usage_share.forfeited THEN usage_share.held ELSE 0 END
                        FROM usage_share
                        WHERE usage_share.bound_id = usage_bound.id AND usage_share.gateway_id = :gatewayId)
                    WHERE id IN (SELECT bound_id FROM usage_share WHERE gateway_id = :gatewayId)""", dead);
            database.update("DELETE FROM usage_share WHERE gateway_id = :gatewayId", dead);
            database.update("DELETE FROM share_holder WHERE gateway_id = :gatewayId", dead);
            return true;
        });
        FailPoint.pass("limits.after-sweep");
    }

    /** Locks the holder's row, so that it cannot come back meanwhile. */
    private boolean overForGood(SqlParameterSource dead) {
        return !database.queryForList("""
                SELECT gateway_id FROM share_holder WHERE gateway_id = :gatewayId AND lease_expires_at = :expiresAt
                FOR UPDATE""", dead, String.class).isEmpty();
    }

    @Override
    public void forgetObsolete(Instant now) {
        database.update(
                "DELETE FROM usage_bound WHERE obsolete_at <= :now", new MapSqlParameterSource("now", zoned(now)));
    }

    @Override
    public Set<String> wanted(String gatewayId, Instant now, Duration lately) {
        return new HashSet<>(database.queryForList(
                WANTED,
                new MapSqlParameterSource("gatewayId", gatewayId).addValue("since", zoned(now.minus(lately))),
                String.class));
    }

    @Override
    public List<Granted> exchange(String gatewayId, int gateways, Instant now, List<Asked> asked) {
        FailPoint.pass("limits.before-exchange");
        List<Granted> granted = transactions.run(() -> {
            List<SqlParameterSource> fresh = fresh(gatewayId, asked);
            database.batchUpdate(OPEN_BOUND, fresh.toArray(SqlParameterSource[]::new));
            Map<String, BoundRow> bounds = lock(asked.stream().map(Asked::id).toList());
            // after the lock: a new share locks its bound a little, and two that then want all of it wait for each
            // other
            database.batchUpdate(OPEN_SHARE, fresh.toArray(SqlParameterSource[]::new));
            return new Exchange(gatewayId, gateways, now, asked, bounds).run();
        });
        FailPoint.pass("limits.after-exchange");
        return granted;
    }

    private static List<SqlParameterSource> fresh(String gatewayId, List<Asked> asked) {
        return asked.stream()
                .filter(each -> !each.opened())
                .sorted(Comparator.comparing(Asked::id))
                .<SqlParameterSource>map(each -> new MapSqlParameterSource("id", each.id())
                        .addValue("gatewayId", gatewayId)
                        .addValue("forfeited", each.bound().metric().forfeited())
                        .addValue("obsoleteAt", zoned(each.bound().obsoleteAt())))
                .toList();
    }

    private Map<String, BoundRow> lock(List<String> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        Map<String, BoundRow> rows = new HashMap<>();
        database.query(LOCK, new MapSqlParameterSource("ids", ids), row -> {
            String id = row.getString("id");
            rows.put(id, new BoundRow(id, row.getBigDecimal("settled"), row.getBigDecimal("held")));
        });
        return rows;
    }

    private static OffsetDateTime zoned(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** One exchange within its transaction. */
    private final class Exchange {

        private final String gatewayId;
        private final int gateways;
        private final Instant now;
        private final List<Asked> asked;
        private final Map<String, BoundRow> bounds;
        private final Map<String, BigDecimal> held = new HashMap<>();
        /** Bounds of which settlements alone leave too little: nothing that comes back helps. */
        private final Set<String> usedUp = new HashSet<>();

        private final List<SqlParameterSource> boundChanges = new ArrayList<>();
        private final List<SqlParameterSource> shareChanges = new ArrayList<>();

        Exchange(String gatewayId, int gateways, Instant now, List<Asked> asked, Map<String, BoundRow> bounds) {
            this.gatewayId = gatewayId;
            this.gateways = gateways;
            this.now = now;
            this.asked = asked;
            this.bounds = bounds;
            database.query(HELD, parameters(asked.stream().map(Asked::id).toList()), row -> {
                held.put(row.getString("bound_id"), row.getBigDecimal("held"));
            });
            if (held.size() < asked.size()) {
                throw new LostSharesException(gatewayId);
            }
        }

        private MapSqlParameterSource parameters(List<String> ids) {
            return new MapSqlParameterSource("ids", ids).addValue("gatewayId", gatewayId);
        }

        List<Granted> run() {
            List<Granted> granted = asked.stream().map(this::grant).toList();
            database.batchUpdate(CHANGE_BOUND, boundChanges.toArray(SqlParameterSource[]::new));
            database.batchUpdate(CHANGE_SHARE, shareChanges.toArray(SqlParameterSource[]::new));
            return judged(granted);
        }

        private Granted grant(Asked each) {
            BoundRow bound = Objects.requireNonNull(bounds.get(each.id()));
            BigDecimal row = Objects.requireNonNull(held.get(each.id()));
            // never below nothing: a settlement may have taken what this gateway still believes to hold
            BigDecimal kept = (each.held() == null ? row : each.held())
                    .subtract(each.returned())
                    .max(BigDecimal.ZERO);
            BigDecimal unsettled = capacity(each).subtract(bound.settled());
            BigDecimal available = unsettled.subtract(bound.held().subtract(row).add(kept));
            BigDecimal amount = Grant.of(available, each, gateways);
            boolean refused = each.least().signum() > 0 && amount.signum() == 0;
            change(each, kept.add(amount), row, refused, amount.signum() > 0);
            boolean settledUp = refused && each.least().compareTo(unsettled) > 0;
            if (settledUp) {
                usedUp.add(each.id());
            }
            return new Granted(
                    amount, available.subtract(amount), unsettled, settledUp || (refused && !each.reserves()));
        }

        private void change(Asked each, BigDecimal after, BigDecimal before, boolean refused, boolean granted) {
            boundChanges.add(new MapSqlParameterSource("id", each.id())
                    .addValue("change", after.subtract(before))
                    .addValue("wantedAt", refused ? zoned(now) : null, Types.TIMESTAMP_WITH_TIMEZONE));
            shareChanges.add(new MapSqlParameterSource("id", each.id())
                    .addValue("gatewayId", gatewayId)
                    .addValue("held", after)
                    .addValue("returnable", each.keeps() || each.reserves() || granted));
        }

        private BigDecimal capacity(Asked each) {
            @Nullable BigDecimal capacity = each.capacity();
            return capacity != null
                    ? capacity
                    : wallets.balance(
                            each.bound().owner().ownerId(), each.bound().currency());
        }

        /** What settlements have not used up is not hopeless while another gateway may return something. */
        private List<Granted> judged(List<Granted> granted) {
            List<String> open = IntStream.range(0, granted.size())
                    .filter(index -> granted.get(index).hopeless())
                    .mapToObj(index -> asked.get(index).id())
                    .filter(id -> !usedUp.contains(id))
                    .toList();
            if (open.isEmpty()) {
                return granted;
            }
            Set<String> returnable = new HashSet<>(database.queryForList(RETURNABLE, parameters(open), String.class));
            returnable.removeAll(usedUp);
            return IntStream.range(0, granted.size())
                    .mapToObj(index -> granted.get(index)
                            .hopefulWhere(returnable.contains(asked.get(index).id())))
                    .toList();
        }
    }
}
