package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.util.Iterator;

/** Python's {@code <}, {@code <=}, {@code >} and {@code >=}. */
public final class Ordering {
    /** An operator that needs an order. */
    public enum Relation {
        /** Less. */
        LESS("<"),
        /** Less or equal. */
        LESS_OR_EQUAL("<="),
        /** Greater. */
        GREATER(">"),
        /** Greater or equal. */
        GREATER_OR_EQUAL(">=");

        private final String symbol;

        Relation(String symbol) {
            this.symbol = symbol;
        }

        private boolean accepts(int comparison) {
            return switch (this) {
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case GREATER -> comparison > 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
            };
        }
    }

    private Ordering() {}

    /** Whether the relation holds; fails for types that have no order. */
    public static boolean holds(Relation relation, Value left, Value right, Budget budget) {
        if ((left instanceof NumberValue number && Numbers.isNaN(number))
                || (right instanceof NumberValue other && Numbers.isNaN(other))) {
            requireComparable(left instanceof NumberValue && right instanceof NumberValue, relation, left, right);
            return false;
        }
        return relation.accepts(compare(left, right, relation, budget));
    }

    /** Compares for sorting; fails for types that have no order. */
    public static int compare(Value left, Value right, Budget budget) {
        return compare(left, right, Relation.LESS, budget);
    }

    private static int compare(Value left, Value right, Relation relation, Budget budget) {
        budget.step();
        if (left instanceof NumberValue number && right instanceof NumberValue other) {
            return Numbers.compare(number, other);
        }
        if (left instanceof StringValue string && right instanceof StringValue other) {
            budget.scan(Math.min(string.text().length(), other.text().length()));
            return compareCodePoints(string.text(), other.text());
        }
        boolean comparable = (left instanceof ListValue && right instanceof ListValue)
                || (left instanceof TupleValue && right instanceof TupleValue);
        requireComparable(comparable, relation, left, right);
        return compareElements((SequenceValue) left, (SequenceValue) right, relation, budget);
    }

    private static void requireComparable(boolean comparable, Relation relation, Value left, Value right) {
        if (left instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        if (right instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        if (!comparable) {
            throw new TemplateEvaluationException("'" + relation.symbol + "' not supported between instances of '"
                    + left.typeName() + "' and '" + right.typeName() + "'");
        }
    }

    private static int compareElements(SequenceValue left, SequenceValue right, Relation relation, Budget budget) {
        budget.enter();
        Iterator<Value> others = right.iterator();
        int comparison = Integer.compare(left.length(), right.length());
        for (Value element : left.elements()) {
            if (!others.hasNext()) {
                break;
            }
            Value other = others.next();
            if (!Equality.equal(element, other, budget)) {
                comparison = compare(element, other, relation, budget);
                break;
            }
        }
        budget.leave();
        return comparison;
    }

    /** Java orders by UTF-16 units, which puts characters beyond the basic plane before U+E000. */
    private static int compareCodePoints(String left, String right) {
        int end = Math.min(left.length(), right.length());
        for (int i = 0; i < end; i++) {
            char one = left.charAt(i);
            char other = right.charAt(i);
            if (one != other) {
                boolean bothOrNone = Character.isSurrogate(one) == Character.isSurrogate(other);
                return bothOrNone ? Character.compare(one, other) : Character.isSurrogate(one) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
