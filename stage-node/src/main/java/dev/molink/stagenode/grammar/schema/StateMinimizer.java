package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins states that accept the same rest of a text. Blocks of states are split until no edge tells two states of a block
 * apart. Only states whose targets changed their block are looked at again, and the largest part of a block keeps its
 * number, so that a state changes its block at most log n times (J. E. Hopcroft 1971).
 */
final class StateMinimizer {

    private final List<State> states;
    private final int[][] sources;
    /** By state: its block. */
    private final int[] blocks;
    /** By state: its block before the splits that are going on. */
    private final int[] settled;
    /** By block: its states. */
    private final List<BitSet> members = new ArrayList<>();

    private StateMinimizer(List<State> states) {
        this.states = states;
        this.sources = sources(states);
        this.blocks = new int[states.size()];
        BitSet accepting = new BitSet();
        BitSet others = new BitSet();
        for (int state = 0; state < states.size(); state++) {
            (states.get(state).accepting() ? accepting : others).set(state);
        }
        for (BitSet block : List.of(accepting, others)) {
            if (!block.isEmpty()) {
                members.add(block);
                block.stream().forEach(state -> blocks[state] = members.size() - 1);
            }
        }
        this.settled = blocks.clone();
    }

    /** @param states all reachable from state 0, which stays state 0 */
    static List<State> minimize(List<State> states) {
        StateMinimizer minimizer = new StateMinimizer(states);
        BitSet changed = new BitSet();
        changed.set(0, states.size());
        while (!changed.isEmpty()) {
            changed = minimizer.split(changed);
        }
        return minimizer.joined();
    }

    private static int[][] sources(List<State> states) {
        List<List<Integer>> sources = new ArrayList<>();
        states.forEach(state -> sources.add(new ArrayList<>()));
        for (int state = 0; state < states.size(); state++) {
            for (Edge edge : states.get(state).edges()) {
                sources.get(edge.target()).add(state);
            }
        }
        return sources.stream()
                .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
    }

    /** Splits the blocks of the given states by where their edges lead, and returns the states to look at next. */
    private BitSet split(BitSet dirty) {
        Map<Integer, BitSet> byBlock = new LinkedHashMap<>();
        dirty.stream()
                .forEach(state -> byBlock.computeIfAbsent(settled[state], key -> new BitSet())
                        .set(state));
        BitSet moved = new BitSet();
        byBlock.forEach((block, suspects) -> moved.or(split(block, suspects)));
        moved.stream().forEach(state -> settled[state] = blocks[state]);
        BitSet next = new BitSet();
        moved.stream().forEach(state -> Arrays.stream(sources[state]).forEach(next::set));
        return next;
    }

    /** Those of a block that are no suspects still have equal edges. */
    private BitSet split(int block, BitSet suspects) {
        Map<List<Edge>, BitSet> parts = new HashMap<>();
        BitSet certain = (BitSet) members.get(block).clone();
        certain.andNot(suspects);
        if (!certain.isEmpty()) {
            parts.put(merged(states.get(certain.nextSetBit(0)).edges(), settled), certain);
        }
        suspects.stream()
                .forEach(state -> parts.computeIfAbsent(merged(states.get(state).edges(), settled), key -> new BitSet())
                        .set(state));
        BitSet largest = parts.values().stream()
                .max(Comparator.comparingInt(BitSet::cardinality))
                .orElseThrow();
        members.set(block, largest);
        BitSet moved = new BitSet();
        for (BitSet part : parts.values()) {
            if (!part.equals(largest)) {
                members.add(part);
                part.stream().forEach(state -> blocks[state] = members.size() - 1);
                moved.or(part);
            }
        }
        return moved;
    }

    /** One state for each block, numbered by first meeting. */
    private List<State> joined() {
        int[] numbers = new int[members.size()];
        Arrays.fill(numbers, -1);
        List<Integer> firsts = new ArrayList<>();
        for (int state = 0; state < blocks.length; state++) {
            if (numbers[blocks[state]] < 0) {
                numbers[blocks[state]] = firsts.size();
                firsts.add(state);
            }
        }
        int[] targets = Arrays.stream(blocks).map(block -> numbers[block]).toArray();
        return firsts.stream()
                .map(state -> new State(
                        states.get(state).accepting(), merged(states.get(state).edges(), targets)))
                .toList();
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
