package dev.molink.cli;

import dev.molink.cli.keys.KeyStore.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys as a table for people. What bounds a key has a column only where a key has such a bound. */
final class KeyTable {

    private static final List<Column> COLUMNS = List.of(
            new Column("id", 30, true, Row::keyId),
            new Column("project", 14, true, Row::project),
            new Column("name", 24, true, Row::name),
            new Column("key", 32, true, Row::redacted),
            new Column("created", 21, true, key -> seconds(key.createdAt())),
            new Column("expires", 21, false, key -> seconds(key.expiresAt())),
            new Column("revoked", 21, true, key -> seconds(key.revokedAt())),
            new Column("models", 0, false, key -> list(key.scope().models())),
            new Column("endpoints", 0, false, key -> list(key.scope().endpoints())),
            new Column("ip ranges", 0, false, key -> list(key.scope().ipRanges())));

    private KeyTable() {}

    /**
     * A column.
     *
     * @param minWidth in characters
     * @param always also where no key has anything in it
     */
    private record Column(String title, int minWidth, boolean always, Function<Row, String> text) {

        /** The title and a line for each key, all of one width; nothing where nobody needs it. */
        Stream<List<String>> cells(List<Row> keys) {
            List<String> texts = keys.stream().map(text).toList();
            if (!always && texts.stream().allMatch(String::isEmpty)) {
                return Stream.empty();
            }
            List<String> all = Stream.concat(Stream.of(title), texts.stream()).toList();
            int width = all.stream().mapToInt(String::length).reduce(minWidth, Math::max);
            return Stream.of(all.stream()
                    .map(cell -> cell + " ".repeat(width - cell.length()))
                    .toList());
        }
    }

    /** The titles and then a line for each key. */
    static List<String> lines(List<Row> keys) {
        List<List<String>> columns =
                COLUMNS.stream().flatMap(column -> column.cells(keys)).toList();
        return IntStream.rangeClosed(0, keys.size())
                .mapToObj(line -> columns.stream().map(cells -> cells.get(line)).collect(Collectors.joining(" ")))
                .map(String::stripTrailing)
                .toList();
    }

    private static String seconds(@Nullable Instant time) {
        return time == null ? "" : time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String list(List<?> entries) {
        return entries.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
