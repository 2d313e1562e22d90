package dev.molink.stagenode.kvcache;

import java.util.Arrays;

/** Block ids by when they were last used; a doubly linked list in two arrays, each operation in constant time. */
final class EvictionList {

    private static final int ABSENT = -1;

    /** Links of the block ids, and at index {@code head} of the ring's start. */
    private final int[] older;

    private final int[] newer;
    private final int head;
    private int size;

    EvictionList(int blocks) {
        older = new int[blocks + 1];
        newer = new int[blocks + 1];
        head = blocks;
        Arrays.fill(older, ABSENT);
        older[head] = head;
        newer[head] = head;
    }

    int size() {
        return size;
    }

    boolean contains(int id) {
        return older[id] != ABSENT;
    }

    void addNewest(int id) {
        int last = older[head];
        older[id] = last;
        newer[id] = head;
        newer[last] = id;
        older[head] = id;
        size++;
    }

    void remove(int id) {
        newer[older[id]] = newer[id];
        older[newer[id]] = older[id];
        older[id] = ABSENT;
        size--;
    }

    /** The least recently used id; the list is not empty. */
    int removeOldest() {
        int id = newer[head];
        remove(id);
        return id;
    }
}
