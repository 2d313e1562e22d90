package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Joins states that accept the same rest of a text: Moore's partition refinement (E. F. Moore 1956, section 5). */
final class StateMinimizer {

    /** What tells states of one round apart: the block of the round before, and where each code point leads. */
    private record Signature(int block, List<Edge> edges) {}

    private StateMinimizer() {}

    /** @param states all reachable from state 0, which stays state 0 */
    static List<State> minimize(List<State> states) {
        int[] blocks = new int[states.size()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = states.get(i).accepting() == states.getFirst().accepting() ? 0 : 1;
        }
        int count = (int) Arrays.stream(blocks).distinct().count();
        while (true) {
            int[] refined = refine(states, blocks);
            int refinedCount = Arrays.stream(refined).max().orElse(0) + 1;
            if (refinedCount == count) {
                return joined(states, refined, count);
            }
            blocks = refined;
            count = refinedCount;
        }
    }

    /** Numbers blocks by first meeting, so state 0 stays in block 0. */
    private static int[] refine(List<State> states, int[] blocks) {
        Map<Signature, Integer> numbers = new HashMap<>();
        int[] refined = new int[blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            Signature signature = new Signature(blocks[i], merged(states.get(i).edges(), blocks));
            Integer number = numbers.putIfAbsent(signature, numbers.size());
            refined[i] = number == null ? numbers.size() - 1 : number;
        }
        return refined;
    }

    private static List<State> joined(List<State> states, int[] blocks, int count) {
        List<State> joined = new ArrayList<>();
        for (int i = 0; joined.size() < count; i++) {
            if (blocks[i] == joined.size()) {
                joined.add(new State(
                        states.get(i).accepting(), merged(states.get(i).edges(), blocks)));
            }
        }
        return joined;
    }

    /** Edges between blocks; neighbouring ranges with one target become one edge. */
    private static List<Edge> merged(List<Edge> edges, int[] blocks) {
        List<Edge> merged = new ArrayList<>();
        for (Edge edge : edges) {
            int target = blocks[edge.target()];
            Edge before = merged.isEmpty() ? null : merged.getLast();
            if (before != null && before.target() == target && before.last() + 1 == edge.first()) {
                merged.set(merged.size() - 1, new Edge(before.first(), edge.last(), target));
            } else {
                merged.add(new Edge(edge.first(), edge.last(), target));
            }
        }
        return List.copyOf(merged);
    }
}
