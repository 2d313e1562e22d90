package dev.molink.controlplane.paging;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * A place in a list that is ordered by creation, and by id where two were created together. Rows beyond it, in the direction
 * that is read, make the page.
 */
public record CreationPlace(Instant createdAt, String id) {

    private static final CreationPlace OLDEST = new CreationPlace(Instant.EPOCH, "");
    private static final CreationPlace NEWEST = new CreationPlace(Instant.parse("9999-12-31T00:00:00Z"), "");

    /**
     * Where reading begins.
     *
     * @param find the place of the list's item with this id
     * @throws RefusedException when the cursor is no item's id
     */
    public static CreationPlace of(PageRequest request, Function<String, Optional<CreationPlace>> find) {
        String cursor = request.cursor();
        if (cursor == null) {
            return request.readsUpwards() ? OLDEST : NEWEST;
        }
        return find.apply(cursor)
                .orElseThrow(() -> new RefusedException(
                        Reason.INVALID_VALUE,
                        "'%s' names no item of this list".formatted(request.cursorField()),
                        request.cursorField()));
    }
}
