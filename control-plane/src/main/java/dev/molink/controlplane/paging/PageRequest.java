package dev.molink.controlplane.paging;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is asked for. Cursors are ids of the list's items: the page begins behind {@code after}, or ends in
 * front of {@code before}; at most one of the two.
 *
 * @param limit the most items, 1 to {@value #MAX_LIMIT}
 */
public record PageRequest(
        int limit, @Nullable String after, @Nullable String before, Order order) {

    public static final int MAX_LIMIT = 100;
    public static final int DEFAULT_LIMIT = 20;

    /** The list's direction: from the oldest on, or from the newest on. */
    public enum Order {
        ASC,
        DESC
    }

    /** @throws RefusedException when a value is out of its range */
    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new RefusedException(
                    Reason.INVALID_VALUE,
                    "'limit' must be between 1 and %d, but it is %d".formatted(MAX_LIMIT, limit),
                    "limit");
        }
        if (after != null && before != null) {
            throw new RefusedException(
                    Reason.INVALID_VALUE, "'after' and 'before' cannot be used together; send one of them", "before");
        }
    }

    public static PageRequest first(int limit, Order order) {
        return new PageRequest(limit, null, null, order);
    }

    /** The item that the page lies behind or in front of; null at the list's beginning. */
    public @Nullable String cursor() {
        return after != null ? after : before;
    }

    /** The name of the field that the cursor came in, for messages. */
    public String cursorField() {
        return before != null ? "before" : "after";
    }

    /**
     * Whether rows are read from older to newer. A page in front of a cursor is read against the list's direction, from the
     * cursor on, and turned round by {@link Page#ofRead}.
     */
    public boolean readsUpwards() {
        return (order == Order.ASC) == (before == null);
    }
}
