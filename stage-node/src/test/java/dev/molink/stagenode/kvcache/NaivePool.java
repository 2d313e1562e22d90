package dev.molink.stagenode.kvcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.BlockCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@link KvPool} is to do, in plain collections and without hashes: names are lists of ids. It predicts hits, takes
 * over the ids of fresh blocks from the pool's answers and says whether they were to be had.
 */
final class NaivePool {

    private static final int BLOCK = KvPool.BLOCK_TOKENS;

    /** A salt and all ids up to the end of a block. */
    private record Name(String salt, List<Integer> ids) {}

    static final class Sequence {

        final long id;
        final String salt;
        final List<Integer> ids;

        /** By group and place; null where there is none any more. */
        final List<List<@Nullable Integer>> tables = new ArrayList<>();

        final List<@Nullable Integer> tails = new ArrayList<>();
        final List<@Nullable Integer> copied = new ArrayList<>();
        int confirmed;

        Sequence(long id, String salt, List<Integer> ids) {
            this.id = id;
            this.salt = salt;
            this.ids = ids;
        }

        private Name name(int place) {
            return new Name(salt, List.copyOf(ids.subList(0, (place + 1) * BLOCK)));
        }
    }

    private static final class Group {

        final int window;
        final Map<Integer, Integer> references = new HashMap<>();
        final Map<Name, Integer> named = new HashMap<>();
        final Map<Integer, Name> names = new HashMap<>();
        final SequencedSet<Integer> cached = new LinkedHashSet<>();
        final TreeSet<Integer> free = new TreeSet<>();
        int evicted;

        Group(KvGroup group) {
            window = group.windowTokens();
            for (int id = 0; id < group.blocks(); id++) {
                free.add(id);
            }
        }

        int available() {
            return free.size() + cached.size();
        }

        int firstNeeded(int position) {
            int place = 0;
            while (window > 0 && (place + 1) * BLOCK <= position - window + 1) {
                place++;
            }
            return place;
        }

        void share(int id) {
            cached.remove(id);
            references.merge(id, 1, Integer::sum);
        }

        void tookFresh(int id) {
            if (free.isEmpty()) {
                assertThat(id)
                        .as("the least recently used cached block goes first")
                        .isEqualTo(cached.getFirst());
                cached.remove(id);
                named.remove(names.remove(id));
                evicted++;
            } else {
                assertThat(free).as("a fresh block was free").contains(id);
                free.remove(id);
            }
            references.put(id, 1);
        }

        void letGo(int id, @Nullable Name name) {
            if (name != null && !names.containsKey(id) && !named.containsKey(name)) {
                names.put(id, name);
                named.put(name, id);
            }
            if (references.merge(id, -1, Integer::sum) == 0) {
                references.remove(id);
                if (names.containsKey(id)) {
                    cached.addLast(id);
                } else {
                    free.add(id);
                }
            }
            if (name != null) {
                touch(name);
            }
        }

        void touch(Name name) {
            Integer standing = named.get(name);
            if (standing != null && cached.remove(standing)) {
                cached.addLast(standing);
            }
        }
    }

    private final List<Group> groups;

    NaivePool(List<KvGroup> groups) {
        this.groups = groups.stream().map(Group::new).toList();
    }

    /** Cached blocks that a sequence with these ids begins with. */
    int hit(Sequence sequence, int tokens, int reusable) {
        for (int length = Math.min(tokens - 1, reusable) / BLOCK; length > 0; length--) {
            if (isHit(sequence, length)) {
                return length;
            }
        }
        return 0;
    }

    private boolean isHit(Sequence sequence, int length) {
        for (Group group : groups) {
            for (int place = group.firstNeeded(length * BLOCK); place < length; place++) {
                if (!group.named.containsKey(sequence.name(place))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int firstPlaces(Group group, int tokens, int hit) {
        int places = KvPool.blocksFor(tokens);
        return group.window == 0 ? places : Math.min(places, Math.max(KvPool.blocksFor(group.window), hit + 1));
    }

    boolean suffices(Sequence sequence, int tokens, int hit, int spare) {
        for (Group group : groups) {
            int needed = firstPlaces(group, tokens, hit) - hit + spare;
            for (int place = group.firstNeeded(hit * BLOCK); place < hit; place++) {
                needed += group.cached.contains(group.named.get(sequence.name(place))) ? 1 : 0;
            }
            if (needed > group.available()) {
                return false;
            }
        }
        return true;
    }

    void admitted(Sequence sequence, int tokens, int hit, BlockChanges changes) {
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            List<@Nullable Integer> table = new ArrayList<>();
            int skipped = group.firstNeeded(hit * BLOCK);
            for (int place = 0; place < hit; place++) {
                Integer id = place < skipped ? null : group.named.get(sequence.name(place));
                table.add(id);
                if (id != null) {
                    group.share(id);
                }
            }
            List<Integer> appended = appended(changes, g);
            assertThat(appended.subList(0, hit - skipped)).isEqualTo(table.subList(skipped, hit));
            assertThat(appended).hasSize(firstPlaces(group, tokens, hit) - skipped);
            for (int id : appended.subList(hit - skipped, appended.size())) {
                group.tookFresh(id);
                table.add(id);
            }
            sequence.tables.add(table);
            sequence.tails.add(null);
            sequence.copied.add(null);
        }
        sequence.confirmed = hit * BLOCK;
    }

    private static List<Integer> appended(BlockChanges changes, int kvGroup) {
        return changes.appends().stream()
                .filter(append -> append.kvGroup() == kvGroup)
                .map(BlockAppend::blockIds)
                .findAny()
                .orElse(List.of());
    }

    boolean canGrow(Sequence sequence, int positions) {
        for (int g = 0; g < groups.size(); g++) {
            int needed = KvPool.blocksFor(positions) - sequence.tables.get(g).size();
            if (needed > 0 && takesOver(sequence, g)) {
                needed--;
            }
            if (needed > groups.get(g).available()) {
                return false;
            }
        }
        return true;
    }

    private boolean takesOver(Sequence sequence, int kvGroup) {
        Integer tail = sequence.tails.get(kvGroup);
        Group group = groups.get(kvGroup);
        return tail != null && group.references.getOrDefault(tail, 0) == 1 && !group.names.containsKey(tail);
    }

    void grew(Sequence sequence, int positions, BlockChanges changes) {
        for (int g = 0; g < groups.size(); g++) {
            List<@Nullable Integer> table = sequence.tables.get(g);
            List<Integer> appended = appended(changes, g);
            assertThat(appended).hasSize(Math.max(0, KvPool.blocksFor(positions) - table.size()));
            int first = 0;
            if (!appended.isEmpty() && sequence.tails.get(g) != null) {
                tookTail(sequence, g, appended.getFirst(), changes);
                first = 1;
            }
            for (int id : appended.subList(first, appended.size())) {
                groups.get(g).tookFresh(id);
            }
            table.addAll(appended);
        }
    }

    private void tookTail(Sequence sequence, int kvGroup, int id, BlockChanges changes) {
        int tail = Objects.requireNonNull(sequence.tails.get(kvGroup));
        if (takesOver(sequence, kvGroup)) {
            assertThat(id).as("the last holder writes in place").isEqualTo(tail);
        } else {
            groups.get(kvGroup).tookFresh(id);
            assertThat(changes.copies()).contains(new BlockCopy(kvGroup, tail, id));
            sequence.copied.set(kvGroup, tail);
        }
        sequence.tails.set(kvGroup, null);
    }

    boolean mayFork(Sequence parent, int tokens) {
        if (tokens > parent.confirmed) {
            return false;
        }
        for (int g = 0; g < groups.size(); g++) {
            for (int place = groups.get(g).firstNeeded(tokens); place < KvPool.blocksFor(tokens); place++) {
                if (holding(parent, g, place) == null) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The block with the positions of a place; that of a branch which has not grown is its tail. */
    private static @Nullable Integer holding(Sequence sequence, int kvGroup, int place) {
        List<@Nullable Integer> table = sequence.tables.get(kvGroup);
        return place < table.size() ? table.get(place) : sequence.tails.get(kvGroup);
    }

    void forked(Sequence parent, Sequence branch, int tokens, BlockChanges changes) {
        int full = tokens / BLOCK;
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            List<@Nullable Integer> table = new ArrayList<>();
            for (int place = 0; place < full; place++) {
                Integer id = place < group.firstNeeded(tokens)
                        ? null
                        : parent.tables.get(g).get(place);
                table.add(id);
                if (id != null) {
                    group.share(id);
                }
            }
            assertThat(appended(changes, g))
                    .isEqualTo(table.stream().filter(Objects::nonNull).toList());
            Integer tail = tokens % BLOCK == 0 ? null : holding(parent, g, full);
            if (tail != null) {
                group.share(tail);
            }
            branch.tables.add(table);
            branch.tails.add(tail);
            branch.copied.add(null);
        }
        branch.confirmed = tokens;
    }

    void confirmed(Sequence sequence, int tokens) {
        for (int place = sequence.confirmed / BLOCK; place < tokens / BLOCK; place++) {
            for (int g = 0; g < groups.size(); g++) {
                Integer id = sequence.tables.get(g).get(place);
                Group group = groups.get(g);
                if (id != null && !group.names.containsKey(id) && !group.named.containsKey(sequence.name(place))) {
                    group.names.put(id, sequence.name(place));
                    group.named.put(sequence.name(place), id);
                }
            }
        }
        if (tokens > sequence.confirmed) {
            letCopiedGo(sequence);
        }
        sequence.confirmed = tokens;
    }

    private void letCopiedGo(Sequence sequence) {
        for (int g = 0; g < groups.size(); g++) {
            Integer id = sequence.copied.set(g, null);
            if (id != null) {
                Group group = groups.get(g);
                group.letGo(id, null);
                for (int place = sequence.confirmed / BLOCK - 1; place >= 0; place--) {
                    group.touch(sequence.name(place));
                }
            }
        }
    }

    void reclaimed(Sequence sequence, int position) {
        for (int g = 0; g < groups.size(); g++) {
            for (int place = 0; place < groups.get(g).firstNeeded(position); place++) {
                letGo(sequence, g, place);
            }
        }
    }

    void released(Sequence sequence) {
        letCopiedGo(sequence);
        for (int g = 0; g < groups.size(); g++) {
            Integer tail = sequence.tails.set(g, null);
            if (tail != null) {
                groups.get(g).letGo(tail, null);
            }
            for (int place = sequence.tables.get(g).size() - 1; place >= 0; place--) {
                letGo(sequence, g, place);
            }
        }
    }

    private void letGo(Sequence sequence, int kvGroup, int place) {
        Integer id = sequence.tables.get(kvGroup).set(place, null);
        if (id != null) {
            groups.get(kvGroup).letGo(id, (place + 1) * BLOCK <= sequence.confirmed ? sequence.name(place) : null);
        }
    }

    /** The figures of the pool, and in groups without a window: what hangs on a block is evicted before it. */
    void compare(KvPool pool) {
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            KvUsage usage = pool.usage(g);
            assertThat(usage.usedBlocks()).isEqualTo(group.references.size());
            assertThat(usage.cachedBlocks()).isEqualTo(group.cached.size());
            assertThat(usage.freeBlocks()).isEqualTo(group.available());
            assertThat(usage.evictedBlocks()).isEqualTo(group.evicted);
            if (group.window == 0) {
                requireLeavesFirst(group);
            }
        }
        pool.verify();
    }

    private static void requireLeavesFirst(Group group) {
        List<Integer> order = List.copyOf(group.cached);
        for (int i = 0; i < order.size(); i++) {
            Name name = Objects.requireNonNull(group.names.get(order.get(i)));
            int parentTokens = name.ids().size() - BLOCK;
            if (parentTokens > 0) {
                Integer parent =
                        group.named.get(new Name(name.salt(), name.ids().subList(0, parentTokens)));
                assertThat(parent)
                        .as("the parent of a cached block is cached or in use")
                        .isNotNull();
                int parentIndex = order.indexOf(parent);
                assertThat(parentIndex == -1 || parentIndex > i)
                        .as("parents go last")
                        .isTrue();
            }
        }
    }
}
