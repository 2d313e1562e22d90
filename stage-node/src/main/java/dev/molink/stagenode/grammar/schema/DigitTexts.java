package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.util.ArrayList;
import java.util.List;

/** Decimals of at most so many digits, those before and behind the point counted together. */
final class DigitTexts {

    private static final int START = 0;

    private final int digits;

    private DigitTexts(int digits) {
        this.digits = digits;
    }

    /** The start, then a state for each count of digits before the point, then point and digits by what is left. */
    static TextSet upTo(int digits) {
        DigitTexts texts = new DigitTexts(digits);
        List<State> states = new ArrayList<>();
        states.add(new State(false, List.of(digitTo(texts.before(1)))));
        for (int count = 1; count <= digits; count++) {
            List<Edge> edges = new ArrayList<>();
            if (count < digits) {
                edges.add(new Edge('.', '.', texts.point(digits - count)));
                edges.add(digitTo(texts.before(count + 1)));
            }
            states.add(new State(true, edges));
        }
        for (int left = 0; left < digits; left++) {
            List<Edge> edges = left == 0 ? List.of() : List.of(digitTo(texts.behind(left - 1)));
            states.add(new State(false, edges));
            states.add(new State(true, edges));
        }
        return new TextSet(states);
    }

    private static Edge digitTo(int state) {
        return new Edge('0', '9', state);
    }

    private int before(int count) {
        return START + count;
    }

    private int point(int left) {
        return digits + 1 + 2 * left;
    }

    private int behind(int left) {
        return point(left) + 1;
    }
}
