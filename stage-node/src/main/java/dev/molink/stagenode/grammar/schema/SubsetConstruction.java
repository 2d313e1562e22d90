package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns a regular language into a deterministic automaton: Thompson's construction (K. Thompson, CACM 11(6), 1968), then
 * the subset construction. Repetitions are unrolled here, unlike in {@link Language}, so both sizes are bounded.
 */
final class SubsetConstruction {

    /** Nodes that the construction is in at once. */
    private static final class Subset {

        /** Rising. */
        private final int[] nodes;

        Subset(Set<Integer> nodes) {
            this.nodes = nodes.stream().mapToInt(Integer::intValue).sorted().toArray();
        }

        boolean contains(int node) {
            return Arrays.binarySearch(nodes, node) >= 0;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Subset subset && Arrays.equals(nodes, subset.nodes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(nodes);
        }
    }

    private static final int NODES_PER_STATE = 4;

    private final WorkBudget budget;
    /** By node: edges that take a code point. */
    private final List<List<Edge>> edges = new ArrayList<>();
    /** By node: nodes that are reached for nothing. */
    private final List<List<Integer>> free = new ArrayList<>();

    private SubsetConstruction(WorkBudget budget) {
        this.budget = budget;
    }

    static List<State> states(Language language, WorkBudget budget) {
        SubsetConstruction construction = new SubsetConstruction(budget);
        int start = construction.node();
        int end = construction.add(language, start);
        return construction.determine(start, end);
    }

    private int node() {
        budget.checkStates(edges.size() / NODES_PER_STATE);
        edges.add(new ArrayList<>());
        free.add(new ArrayList<>());
        return edges.size() - 1;
    }

    /** Adds a language behind a node and returns the node behind it. */
    private int add(Language language, int from) {
        return switch (language) {
            case Language.Text text -> addText(text.text(), from);
            case Language.OneOf oneOf -> addRanges(oneOf.codePoints().ranges(), from);
            case Language.Sequence sequence -> addSequence(sequence.parts(), from);
            case Language.Choice choice -> addChoice(choice.alternatives(), from);
            case Language.Repeat repeat -> addRepeat(repeat, from);
            case Language.Rule rule -> throw new IllegalArgumentException("rule %s is not regular".formatted(rule));
            case Language.Members members ->
                throw new IllegalArgumentException(
                        "%d members are not regular".formatted(members.members().size()));
        };
    }

    private int addText(String text, int from) {
        int at = from;
        for (int codePoint : text.codePoints().toArray()) {
            at = addRanges(List.of(new Range(codePoint, codePoint)), at);
        }
        return at;
    }

    private int addRanges(List<Range> ranges, int from) {
        int to = node();
        ranges.forEach(range -> edges.get(from).add(new Edge(range.first(), range.last(), to)));
        return to;
    }

    private int addSequence(List<Language> parts, int from) {
        int at = from;
        for (Language part : parts) {
            at = add(part, at);
        }
        return at;
    }

    private int addChoice(List<Language> alternatives, int from) {
        int end = node();
        for (Language alternative : alternatives) {
            int start = node();
            free.get(from).add(start);
            free.get(add(alternative, start)).add(end);
        }
        return end;
    }

    private int addRepeat(Language.Repeat repeat, int from) {
        int at = from;
        for (int i = 0; i < repeat.min(); i++) {
            at = add(repeat.part(), at);
        }
        if (repeat.max() == Language.Repeat.UNBOUNDED) {
            return addLoop(repeat.part(), at);
        }
        int end = node();
        for (int i = repeat.min(); i < repeat.max(); i++) {
            free.get(at).add(end);
            at = add(repeat.part(), at);
        }
        free.get(at).add(end);
        return end;
    }

    private int addLoop(Language part, int from) {
        int head = node();
        int end = node();
        free.get(from).add(head);
        free.get(head).add(end);
        free.get(add(part, head)).add(head);
        return end;
    }

    private List<State> determine(int start, int end) {
        Map<Subset, Integer> numbers = new HashMap<>();
        List<Subset> order = new ArrayList<>();
        List<State> states = new ArrayList<>();
        number(closed(List.of(start)), numbers, order);
        for (int i = 0; i < order.size(); i++) {
            budget.checkStates(order.size());
            Subset subset = order.get(i);
            states.add(new State(subset.contains(end), leaving(subset, numbers, order)));
        }
        return states;
    }

    private List<Edge> leaving(Subset subset, Map<Subset, Integer> numbers, List<Subset> order) {
        List<Edge> all = new ArrayList<>();
        TreeSet<Integer> borders = new TreeSet<>();
        for (int node : subset.nodes) {
            for (Edge edge : edges.get(node)) {
                all.add(edge);
                borders.add(edge.first());
                borders.add(edge.last() + 1);
            }
        }
        budget.spend(subset.nodes.length + (long) all.size() * borders.size());
        List<Edge> leaving = new ArrayList<>();
        Integer from = null;
        for (Integer border : borders) {
            if (from != null) {
                List<Integer> targets = targets(all, from);
                if (!targets.isEmpty()) {
                    leaving.add(new Edge(from, border - 1, number(closed(targets), numbers, order)));
                }
            }
            from = border;
        }
        return leaving;
    }

    private static List<Integer> targets(List<Edge> all, int codePoint) {
        List<Integer> targets = new ArrayList<>();
        for (Edge edge : all) {
            if (edge.first() <= codePoint && codePoint <= edge.last()) {
                targets.add(edge.target());
            }
        }
        return targets;
    }

    private static int number(Subset subset, Map<Subset, Integer> numbers, List<Subset> order) {
        Integer known = numbers.putIfAbsent(subset, order.size());
        if (known != null) {
            return known;
        }
        order.add(subset);
        return order.size() - 1;
    }

    /** The nodes, and those that are reached from them for nothing. */
    private Subset closed(List<Integer> nodes) {
        Set<Integer> closed = new HashSet<>(nodes);
        Deque<Integer> open = new ArrayDeque<>(closed);
        while (!open.isEmpty()) {
            for (int next : free.get(open.remove())) {
                if (closed.add(next)) {
                    open.add(next);
                }
            }
        }
        return new Subset(closed);
    }
}
