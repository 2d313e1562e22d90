package dev.molink.controlplane.rollup;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Decides which end users of a project have rows of their own in an hour: the first ones up to a bound. The others share
 * one row, for ever, whatever becomes of the bound, so that a record's row can always be told again.
 */
final class EndUsers {

    /** The row of those that came after the bound. An end user of that very name shares it. */
    static final String OTHERS = "(others)";

    private static final String KNOWN = """
            SELECT end_user FROM rollup_end_user
            WHERE project_id = :project AND starts_at = :hour AND end_user IN (:labels)""";
    private static final String CLOSED =
            "SELECT closed FROM rollup_end_user_count WHERE project_id = :project AND starts_at = :hour";
    private static final String START_COUNT = """
            INSERT INTO rollup_end_user_count (starts_at, project_id, end_users, closed)
            VALUES (:hour, :project, 0, FALSE) ON CONFLICT DO NOTHING""";
    private static final String LOCK = """
            SELECT end_users FROM rollup_end_user_count
            WHERE project_id = :project AND starts_at = :hour AND NOT closed FOR UPDATE""";
    private static final String ADMIT =
            "INSERT INTO rollup_end_user (starts_at, project_id, end_user) VALUES (:hour, :project, :label)";
    private static final String COUNT = """
            UPDATE rollup_end_user_count SET end_users = end_users + :more, closed = :closed
            WHERE project_id = :project AND starts_at = :hour""";

    private final NamedParameterJdbcOperations database;
    private final int most;

    /** A project in an hour; everybody locks them in this order. */
    record Scope(String projectId, Instant hour) implements Comparable<Scope> {

        private static final Comparator<Scope> ORDER =
                Comparator.comparing(Scope::projectId).thenComparing(Scope::hour);

        @Override
        public int compareTo(Scope other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param most end users with rows of their own, per project and hour */
    EndUsers(NamedParameterJdbcOperations database, int most) {
        this.database = database;
        this.most = most;
    }

    /**
     * Admits end users as far as there is room; part of the transaction that writes their sums.
     *
     * @param labels of each scope, none of them empty
     * @return of these, those that have rows of their own
     */
    Map<Scope, Set<String>> admit(Map<Scope, Set<String>> labels) {
        Map<Scope, Set<String>> admitted = new TreeMap<>();
        new TreeMap<>(labels).forEach((scope, wanted) -> admitted.put(scope, admit(scope, wanted)));
        return admitted;
    }

    private Set<String> admit(Scope scope, Set<String> wanted) {
        Set<String> known = known(scope, wanted);
        Set<String> strangers = new TreeSet<>(wanted);
        strangers.removeAll(known);
        if (!strangers.isEmpty() && !closed(scope)) {
            known.addAll(admitNew(scope, strangers));
        }
        return known;
    }

    private Set<String> known(Scope scope, Collection<String> labels) {
        return new HashSet<>(database.queryForList(KNOWN, parameters(scope).addValue("labels", labels), String.class));
    }

    private boolean closed(Scope scope) {
        return database.queryForList(CLOSED, parameters(scope), Boolean.class).contains(true);
    }

    private Set<String> admitNew(Scope scope, Set<String> strangers) {
        database.update(START_COUNT, parameters(scope));
        List<Integer> open = database.queryForList(LOCK, parameters(scope), Integer.class);
        // another writer may have admitted some of them before the lock was ours
        Set<String> admitted = known(scope, strangers);
        if (open.isEmpty()) {
            return admitted;
        }
        List<String> left =
                strangers.stream().filter(label -> !admitted.contains(label)).toList();
        int room = Math.max(0, most - Objects.requireNonNull(open.getFirst()));
        List<String> entering = left.stream().limit(room).toList();
        database.batchUpdate(
                ADMIT,
                entering.stream()
                        .map(label -> parameters(scope).addValue("label", label))
                        .toArray(SqlParameterSource[]::new));
        database.update(
                COUNT,
                parameters(scope).addValue("more", entering.size()).addValue("closed", entering.size() < left.size()));
        admitted.addAll(entering);
        return admitted;
    }

    private static MapSqlParameterSource parameters(Scope scope) {
        return new MapSqlParameterSource("project", scope.projectId())
                .addValue("hour", scope.hour().atOffset(ZoneOffset.UTC));
    }
}
