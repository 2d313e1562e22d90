package dev.molink.controlplane.rollup;

import dev.molink.controlplane.rollup.EndUsers.Scope;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.SettlementStep;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Keeps the sums equal to the usage records: adds those of new records, and takes back those of records that the head's
 * report has replaced. Requests that have everything in common make one change of a row.
 */
final class RollupStep implements SettlementStep {

    private static final long HALF_MICRO_NANOS = 500;

    private final EndUsers endUsers;
    private final List<RollupRows> tables;

    RollupStep(NamedParameterJdbcOperations database, EndUsers endUsers) {
        this.endUsers = endUsers;
        this.tables = Stream.of(RollupTable.values())
                .map(table -> new RollupRows(database, table))
                .toList();
    }

    @Override
    public void apply(List<SettledUsage> settled) {
        Map<Scope, Set<String>> rowsOfTheirOwn = endUsers.admit(labels(settled));
        Map<RollupKey, UsageSums> changes = new HashMap<>();
        for (SettledUsage usage : settled) {
            UsageRecord replaced = usage.replaced();
            if (replaced != null) {
                UsageSums sums = UsageSums.of(replaced, delivered(replaced, replaced));
                changes.merge(key(replaced, rowsOfTheirOwn), sums.negated(), UsageSums::plus);
            }
            UsageRecord record = usage.record();
            UsageSums sums = UsageSums.of(record, delivered(record, replaced == null ? record : replaced));
            changes.merge(key(record, rowsOfTheirOwn), sums, UsageSums::plus);
        }
        tables.forEach(table -> table.add(changes));
    }

    private static Map<Scope, Set<String>> labels(List<SettledUsage> settled) {
        Map<Scope, Set<String>> labels = new HashMap<>();
        settled.stream()
                .flatMap(usage -> Stream.of(usage.record(), usage.replaced()))
                .filter(record -> record != null && record.endUser() != null)
                .forEach(record -> labels.computeIfAbsent(scope(record), _ -> new TreeSet<>())
                        .add(Objects.requireNonNull(record.endUser())));
        return labels;
    }

    private static Scope scope(UsageRecord record) {
        return new Scope(record.projectId(), hour(record));
    }

    private static RollupKey key(UsageRecord record, Map<Scope, Set<String>> rowsOfTheirOwn) {
        return new RollupKey(
                hour(record),
                record.organizationId(),
                record.projectId(),
                record.apiKeyId(),
                endUser(record, rowsOfTheirOwn),
                record.model(),
                record.pipeline(),
                Objects.requireNonNullElse(record.origin().serviceTier(), UsageOrigin.DEFAULT_TIER),
                Objects.requireNonNullElse(record.currency(), ""),
                Objects.requireNonNullElse(record.priceRuleId(), ""));
    }

    private static String endUser(UsageRecord record, Map<Scope, Set<String>> rowsOfTheirOwn) {
        if (record.endUser() == null) {
            return "";
        }
        boolean own = rowsOfTheirOwn.getOrDefault(scope(record), Set.of()).contains(record.endUser());
        return own ? record.endUser() : EndUsers.OTHERS;
    }

    /** The databases keep microseconds and round: the last half microsecond of an hour is stored as the next one's. */
    private static Instant hour(UsageRecord record) {
        return RollupTable.HOUR.start(
                record.finishedAt().plusNanos(HALF_MICRO_NANOS).truncatedTo(ChronoUnit.MICROS));
    }

    private static long delivered(UsageRecord record, UsageRecord otherwise) {
        Long known = record.deliveredTokens() != null ? record.deliveredTokens() : otherwise.deliveredTokens();
        return known == null ? 0 : known;
    }
}
