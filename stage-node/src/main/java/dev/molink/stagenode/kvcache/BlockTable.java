package dev.molink.stagenode.kvcache;

import java.util.Arrays;

/**
 * The blocks of one sequence in one KV group by place: {@code [0, firstHeld)} are given back or were never there,
 * {@code [firstHeld, firstKept)} are trimmed but still held because steps in flight may use them, {@code [firstKept,
 * end)} are in use.
 */
final class BlockTable {

    private int[] ids;
    private int end;
    private int firstKept;
    private int firstHeld;

    /** A table that begins with {@code skipped} places without a block and has room for {@code places} in all. */
    BlockTable(int skipped, int places) {
        ids = new int[Math.max(places, skipped)];
        end = skipped;
        firstKept = skipped;
        firstHeld = skipped;
    }

    void append(int id) {
        if (end == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(8, end + end / 2));
        }
        ids[end++] = id;
    }

    int at(int place) {
        return ids[place];
    }

    /** One past the last place. */
    int end() {
        return end;
    }

    int firstKept() {
        return firstKept;
    }

    int firstHeld() {
        return firstHeld;
    }

    void trim(int place) {
        firstKept = place;
    }

    /** The block at {@link #firstHeld}, which the table lets go. */
    int letGo() {
        return ids[firstHeld++];
    }
}
