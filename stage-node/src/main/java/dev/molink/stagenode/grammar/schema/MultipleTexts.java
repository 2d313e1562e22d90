package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Step;
import dev.molink.stagenode.grammar.schema.TextSet.Edge;
import dev.molink.stagenode.grammar.schema.TextSet.State;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Multiples of {@code m · 10^k} that are not below 0, told digit by digit. For {@code k ≥ 0} they are integers: {@code k}
 * zeros behind a multiple of {@code m}. Otherwise they are decimals of up to {@code −k} places, which hold a multiple of
 * {@code m} when the point is left out and the missing places are zeros.
 */
final class MultipleTexts {

    private static final int BASE = 10;
    private static final int ZERO = 1;
    private static final int FIRST = 2;

    private final int divisor;
    /** States for each remainder: trailing zeros of an integer, or places behind the point of a decimal. */
    private final int columns;

    private final boolean decimal;

    private MultipleTexts(int divisor, int columns, boolean decimal) {
        this.divisor = divisor;
        this.columns = columns;
        this.decimal = decimal;
    }

    /** @throws TooManyStatesException with a divisor of too many significant digits */
    static TextSet of(Step step, WorkBudget budget) {
        BigInteger digits = step.value().unscaledValue();
        int power = -step.value().scale();
        while (digits.mod(BigInteger.TEN).signum() == 0) {
            digits = digits.divide(BigInteger.TEN);
            power++;
        }
        // Cut to what an int holds; the check that follows refuses far smaller ones.
        int divisor = digits.min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
        int columns = power < 0 ? -power + 2 : power + 1;
        budget.checkStates((int) Math.min(Integer.MAX_VALUE, (long) divisor * columns + FIRST));
        budget.spend((long) divisor * columns * BASE);
        MultipleTexts multiples = new MultipleTexts(divisor, columns, power < 0);
        return new TextSet(multiples.decimal ? multiples.decimals() : multiples.integers());
    }

    private int state(int remainder, int column) {
        return FIRST + remainder * columns + column;
    }

    private List<State> integers() {
        List<State> states = begun();
        for (int remainder = 0; remainder < divisor; remainder++) {
            for (int zeros = 0; zeros < columns; zeros++) {
                boolean accepting = remainder == 0 && zeros == columns - 1;
                states.add(new State(accepting, integerDigits(remainder, zeros)));
            }
        }
        return states;
    }

    /** The remainder is that of the digits before the last {@code zeros}, which are zeros. */
    private List<Edge> integerDigits(int remainder, int zeros) {
        long shifted = remainder * power(zeros + 1, divisor) % divisor;
        List<Edge> edges = new ArrayList<>();
        for (char digit = '0'; digit <= '9'; digit++) {
            int next = (int) ((shifted + digit - '0') % divisor);
            edges.add(new Edge(digit, digit, integerTarget(remainder, zeros, digit, next)));
        }
        return edges;
    }

    private int integerTarget(int remainder, int zeros, char digit, int next) {
        int most = columns - 1;
        if (digit != '0') {
            return state(next, 0);
        }
        return zeros < most ? state(remainder, zeros + 1) : state((int) ((long) remainder * BASE % divisor), most);
    }

    private List<State> begun() {
        List<State> states = new ArrayList<>();
        List<Edge> first = new ArrayList<>();
        first.add(new Edge('0', '0', ZERO));
        for (char digit = '1'; digit <= '9'; digit++) {
            first.add(new Edge(digit, digit, state((digit - '0') % divisor, 0)));
        }
        states.add(new State(false, first));
        states.add(new State(true, decimal ? List.of(new Edge('.', '.', state(0, 1))) : List.of()));
        return states;
    }

    /** Column 0: before the point; column {@code 1 + n}: {@code n} places behind it, with 1 for the point alone. */
    private List<State> decimals() {
        List<State> states = begun();
        int places = columns - 2;
        for (int remainder = 0; remainder < divisor; remainder++) {
            for (int column = 0; column < columns; column++) {
                int missing = places - Math.max(column - 1, 0);
                boolean whole = (long) remainder * power(missing, divisor) % divisor == 0;
                states.add(new State(column != 1 && whole, decimalDigits(remainder, column)));
            }
        }
        return states;
    }

    private List<Edge> decimalDigits(int remainder, int column) {
        List<Edge> edges = new ArrayList<>();
        if (column == 0) {
            edges.add(new Edge('.', '.', state(remainder, 1)));
        }
        int next = column == 0 ? 0 : column + 1;
        for (char digit = '0'; digit <= '9' && next < columns; digit++) {
            edges.add(new Edge(digit, digit, state((int) (((long) remainder * BASE + digit - '0') % divisor), next)));
        }
        return edges;
    }

    private static long power(int exponent, int modulus) {
        return BigInteger.TEN
                .modPow(BigInteger.valueOf(exponent), BigInteger.valueOf(modulus))
                .longValue();
    }
}
