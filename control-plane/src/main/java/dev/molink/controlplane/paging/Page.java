package dev.molink.controlplane.paging;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A part of a list.
 *
 * @param items in the list's direction
 * @param hasMore whether the list goes on in the direction that was asked for
 */
public record Page<T>(List<T> items, boolean hasMore) {

    public Page {
        items = List.copyOf(items);
    }

    /**
     * The page of what was read for it: one row more than the limit if there is one, in the direction of
     * {@link PageRequest#readsUpwards}.
     */
    public static <T> Page<T> ofRead(List<T> rows, PageRequest request) {
        boolean more = rows.size() > request.limit();
        List<T> kept = more ? rows.subList(0, request.limit()) : rows;
        return new Page<>(request.before() == null ? kept : kept.reversed(), more);
    }

    /**
     * A page of a list that is in memory as a whole.
     *
     * @param oldestFirst the whole list, in the order {@link PageRequest.Order#ASC}
     * @throws RefusedException when the cursor is no item's id
     */
    public static <T> Page<T> of(List<T> oldestFirst, PageRequest request, Function<T, String> id) {
        List<T> upwards = request.readsUpwards() ? oldestFirst : oldestFirst.reversed();
        int first = request.cursor() == null ? 0 : indexOf(upwards, request, id) + 1;
        int end = Math.min(upwards.size(), first + request.limit() + 1);
        return ofRead(upwards.subList(first, end), request);
    }

    /** The same page with other items. */
    public <R> Page<R> map(Function<T, R> change) {
        return new Page<>(items.stream().map(change).toList(), hasMore);
    }

    private static <T> int indexOf(List<T> items, PageRequest request, Function<T, String> id) {
        return IntStream.range(0, items.size())
                .filter(index -> id.apply(items.get(index)).equals(request.cursor()))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        Reason.INVALID_VALUE,
                        "'%s' names no item of this list".formatted(request.cursorField()),
                        request.cursorField()));
    }
}
