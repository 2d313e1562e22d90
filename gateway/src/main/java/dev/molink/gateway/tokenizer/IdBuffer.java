package dev.molink.gateway.tokenizer;

import java.util.Arrays;

/** Token ids in the making. */
final class IdBuffer {

    private int[] ids = new int[64];
    private int count;

    void add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = id;
    }

    void addAll(int[] more) {
        for (int id : more) {
            add(id);
        }
    }

    int[] toArray() {
        return Arrays.copyOf(ids, count);
    }
}
