package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A regular set of texts as a deterministic automaton over code points, so that sets can be intersected, subtracted and
 * tested for emptiness, which {@link Language} cannot say. State 0 is the start; a code point without an edge ends the
 * text outside of the set. Every state is reachable and leads to an accepting one, state 0 excepted.
 */
final class TextSet {

    /** Code points {@code first … last} lead to state {@code target}. */
    record Edge(int first, int last, int target) {}

    /** @param edges by rising code point, disjoint */
    record State(boolean accepting, List<Edge> edges) {}

    /** A pair of states of two automata that run side by side. */
    private record Pair(int left, int right) {}

    private static final int DEAD = -1;
    static final TextSet NONE = new TextSet(List.of(new State(false, List.of())));
    static final TextSet ALL = new TextSet(List.of(new State(true, edgesToItself())));

    private final List<State> states;

    /** @param states may hold dead ends and doubles; they are removed */
    TextSet(List<State> states) {
        this.states = StateMinimizer.minimize(TextSet.live(states));
    }

    private static List<Edge> edgesToItself() {
        return CodePointSets.ALL.ranges().stream()
                .map(range -> new Edge(range.first(), range.last(), 0))
                .toList();
    }

    /**
     * The texts of a language without rules and members.
     *
     * @throws TooManyStatesException beyond the budget
     */
    static TextSet of(Language language, WorkBudget budget) {
        return new TextSet(SubsetConstruction.states(language, budget));
    }

    /** Exactly these texts. */
    static TextSet ofTexts(Collection<String> texts, WorkBudget budget) {
        return of(
                new Language.Choice(
                        texts.stream().<Language>map(Language.Text::new).toList()),
                budget);
    }

    List<State> states() {
        return states;
    }

    boolean isEmpty() {
        return states.size() == 1
                && !states.getFirst().accepting()
                && states.getFirst().edges().isEmpty();
    }

    boolean isAll() {
        return states.equals(ALL.states);
    }

    boolean contains(String text) {
        int state = 0;
        for (int i = 0; i < text.length() && state != DEAD; i += Character.charCount(text.codePointAt(i))) {
            state = next(state, text.codePointAt(i));
        }
        return state != DEAD && states.get(state).accepting();
    }

    private int next(int state, int codePoint) {
        for (Edge edge : states.get(state).edges()) {
            if (edge.first() <= codePoint && codePoint <= edge.last()) {
                return edge.target();
            }
        }
        return DEAD;
    }

    /** @throws TooManyStatesException beyond the budget */
    TextSet intersect(TextSet other, WorkBudget budget) {
        if (isAll()) {
            return other;
        }
        if (other.isAll()) {
            return this;
        }
        Map<Pair, Integer> numbers = new HashMap<>();
        Deque<Pair> open = new ArrayDeque<>();
        List<State> product = new ArrayList<>();
        number(new Pair(0, 0), numbers, open);
        while (!open.isEmpty()) {
            Pair pair = open.remove();
            State left = states.get(pair.left());
            State right = other.states.get(pair.right());
            product.add(new State(left.accepting() && right.accepting(), together(left, right, numbers, open)));
            budget.checkStates(numbers.size());
            budget.spend(left.edges().size() + right.edges().size());
        }
        return new TextSet(product);
    }

    private static List<Edge> together(State left, State right, Map<Pair, Integer> numbers, Deque<Pair> open) {
        List<Edge> edges = new ArrayList<>();
        int l = 0;
        int r = 0;
        while (l < left.edges().size() && r < right.edges().size()) {
            Edge a = left.edges().get(l);
            Edge b = right.edges().get(r);
            int first = Math.max(a.first(), b.first());
            int last = Math.min(a.last(), b.last());
            if (first <= last) {
                edges.add(new Edge(first, last, number(new Pair(a.target(), b.target()), numbers, open)));
            }
            if (a.last() < b.last()) {
                l++;
            } else {
                r++;
            }
        }
        return edges;
    }

    private static int number(Pair pair, Map<Pair, Integer> numbers, Deque<Pair> open) {
        Integer known = numbers.get(pair);
        if (known != null) {
            return known;
        }
        numbers.put(pair, numbers.size());
        open.add(pair);
        return numbers.size() - 1;
    }

    /** Every text that is not in this set. */
    TextSet complement() {
        List<State> completed = new ArrayList<>();
        int rest = states.size();
        for (State state : states) {
            completed.add(new State(!state.accepting(), withGapsTo(rest, state.edges())));
        }
        completed.add(new State(true, withGapsTo(rest, List.of())));
        return new TextSet(completed);
    }

    private static List<Edge> withGapsTo(int rest, List<Edge> edges) {
        List<Edge> all = new ArrayList<>(edges);
        CodePoints taken = CodePointSets.union(
                edges.stream().map(edge -> new Range(edge.first(), edge.last())).toList());
        CodePointSets.complement(taken).ranges().forEach(gap -> all.add(new Edge(gap.first(), gap.last(), rest)));
        all.sort((a, b) -> Integer.compare(a.first(), b.first()));
        return all;
    }

    /** The states from which an accepting one can be reached, numbered anew in the order of first meeting. */
    private static List<State> live(List<State> states) {
        BitSet useful = leadingToAcceptance(states);
        if (!useful.get(0)) {
            return List.of(new State(false, List.of()));
        }
        Map<Integer, Integer> numbers = new HashMap<>(Map.of(0, 0));
        List<Integer> order = new ArrayList<>(List.of(0));
        List<State> kept = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            State state = states.get(order.get(i));
            List<Edge> edges = new ArrayList<>();
            for (Edge edge : state.edges()) {
                if (useful.get(edge.target())) {
                    Integer number = numbers.get(edge.target());
                    if (number == null) {
                        number = order.size();
                        numbers.put(edge.target(), number);
                        order.add(edge.target());
                    }
                    edges.add(new Edge(edge.first(), edge.last(), number));
                }
            }
            kept.add(new State(state.accepting(), edges));
        }
        return kept;
    }

    private static BitSet leadingToAcceptance(List<State> states) {
        List<List<Integer>> sources = new ArrayList<>();
        states.forEach(state -> sources.add(new ArrayList<>()));
        BitSet useful = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < states.size(); i++) {
            for (Edge edge : states.get(i).edges()) {
                sources.get(edge.target()).add(i);
            }
            if (states.get(i).accepting()) {
                useful.set(i);
                open.add(i);
            }
        }
        while (!open.isEmpty()) {
            for (int source : sources.get(open.remove())) {
                if (!useful.get(source)) {
                    useful.set(source);
                    open.add(source);
                }
            }
        }
        return useful;
    }
}
