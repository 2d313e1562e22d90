package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairMergerTests {

    @Test
    void mergesTheLowestRankFirst() {
        MergeTable table = new MergeTable();
        table.put(1, 2, 5, 10);
        table.put(2, 3, 1, 11);
        table.put(1, 11, 9, 12);

        assertThat(merged(table, List.of(1, 2, 3, 1, 2))).containsExactly(12, 10);
    }

    @Test
    void mergesTheLeftmostOfEqualRanks() {
        MergeTable table = new MergeTable();
        table.put(1, 1, 0, 2);

        assertThat(merged(table, List.of(1, 1, 1))).containsExactly(2, 1);
    }

    @Test
    void leavesAWordOfOneSymbolAlone() {
        assertThat(merged(new MergeTable(), List.of(7))).containsExactly(7);
    }

    @Test
    void agreesWithSearchingTheBestPairAgainAndAgain() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            MergeTable table = randomTable(random);
            List<Integer> word =
                    random.ints(1 + random.nextInt(60), 0, 4).boxed().toList();

            List<Integer> merged = merged(table, word);

            assertThat(merged).as("seed %d, word %s", seed, word).isEqualTo(naivelyMerged(table, word));
        }
    }

    @Test
    void mergesAWordOfAMillionSymbols() {
        MergeTable table = new MergeTable();
        for (int level = 0; level < 20; level++) {
            table.put(level, level, level, level + 1);
        }
        PairMerger merger = new PairMerger(table);
        for (int symbol = 0; symbol < 1 << 20; symbol++) {
            merger.add(0);
        }

        assertThat(merger.merge()).isEqualTo(1);
        assertThat(merger.symbol(0)).isEqualTo(20);
    }

    /** Enough pairs that the table grows, with ranks that several pairs share, as equal scores do. */
    private static MergeTable randomTable(Random random) {
        MergeTable table = new MergeTable();
        for (int merged = 4; merged < 40; merged++) {
            table.put(random.nextInt(merged), random.nextInt(merged), random.nextInt(20), merged);
        }
        for (int filler = 0; filler < random.nextInt(2_000); filler++) {
            table.put(1_000 + filler, 7, filler, 5);
        }
        return table;
    }

    private static List<Integer> merged(MergeTable table, List<Integer> word) {
        PairMerger merger = new PairMerger(table);
        // A merger serves one word after another; the first must leave nothing behind.
        for (int time = 0; time < 2; time++) {
            word.forEach(merger::add);
            if (time == 0) {
                merger.merge();
            }
        }
        List<Integer> symbols = new ArrayList<>();
        int count = merger.merge();
        for (int at = 0; at < count; at++) {
            symbols.add(merger.symbol(at));
        }
        return symbols;
    }

    private static List<Integer> naivelyMerged(MergeTable table, List<Integer> word) {
        List<Integer> symbols = new ArrayList<>(word);
        while (true) {
            int best = -1;
            long bestMerge = Long.MAX_VALUE;
            for (int left = 0; left + 1 < symbols.size(); left++) {
                long merge = table.find(symbols.get(left), symbols.get(left + 1));
                if (merge != MergeTable.NONE && (best < 0 || MergeTable.rank(merge) < MergeTable.rank(bestMerge))) {
                    best = left;
                    bestMerge = merge;
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, MergeTable.merged(bestMerge));
            symbols.subList(best + 1, best + 2).clear();
        }
    }
}
