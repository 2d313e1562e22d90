package dev.molink.controlplane.rollup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** What was used, by bucket and group: hours and days from the sums, minutes from the records. */
public final class UsageReports {

    private final NamedParameterJdbcOperations database;

    UsageReports(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** The groups that have requests, in the order of their buckets and then of their values. */
    public List<UsageRow> answer(UsageQuestion question) {
        List<UsageDimension> groups = question.groups().stream().sorted().toList();
        List<UsageRow> rows = new ArrayList<>(
                database.query(sql(question, groups), parameters(question), (row, number) -> read(row, groups)));
        rows.sort(order(groups));
        return rows;
    }

    private static String sql(UsageQuestion question, List<UsageDimension> groups) {
        UsageSource source = UsageSource.of(question);
        List<String> told = Stream.concat(
                        Stream.of(source.startSeconds()), groups.stream().map(source::column))
                .toList();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            selected.add("%s AS g%d".formatted(told.get(i), i));
        }
        return "SELECT %s, %s FROM %s WHERE %s GROUP BY %s HAVING %s > 0"
                .formatted(
                        String.join(", ", selected),
                        source.sums(),
                        source.table(),
                        condition(question, source),
                        String.join(", ", told),
                        source == UsageSource.RECORDS ? "COUNT(*)" : "SUM(requests)");
    }

    private static String condition(UsageQuestion question, UsageSource source) {
        List<String> conditions = new ArrayList<>();
        conditions.add("%s >= :from AND %s < :to".formatted(source.time(), source.time()));
        if (question.organizationId() != null) {
            conditions.add("organization_id = :organization");
        }
        question.filters().keySet().stream()
                .sorted()
                .map(dimension -> "%s IN (:%s)".formatted(source.column(dimension), dimension.name()))
                .forEach(conditions::add);
        return String.join(" AND ", conditions);
    }

    private static MapSqlParameterSource parameters(UsageQuestion question) {
        MapSqlParameterSource parameters = new MapSqlParameterSource(
                        "from", question.from().atOffset(ZoneOffset.UTC))
                .addValue("to", question.to().atOffset(ZoneOffset.UTC))
                .addValue("organization", question.organizationId());
        question.filters().forEach((dimension, values) -> parameters.addValue(dimension.name(), values));
        return parameters;
    }

    private static UsageRow read(ResultSet row, List<UsageDimension> groups) throws SQLException {
        Map<UsageDimension, String> values = new EnumMap<>(UsageDimension.class);
        for (int i = 0; i < groups.size(); i++) {
            values.put(groups.get(i), row.getString("g" + (i + 1)));
        }
        Instant start = Instant.ofEpochSecond(row.getBigDecimal("g0").longValueExact());
        return new UsageRow(start, values, RollupRows.sums(row));
    }

    private static Comparator<UsageRow> order(List<UsageDimension> groups) {
        Comparator<UsageRow> order = Comparator.comparing(UsageRow::startsAt);
        for (UsageDimension group : groups) {
            order = order.thenComparing(row -> row.values().getOrDefault(group, ""));
        }
        return order;
    }
}
