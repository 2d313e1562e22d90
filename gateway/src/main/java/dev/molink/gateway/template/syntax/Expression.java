package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.value.Arithmetic.Operation;
import dev.molink.gateway.template.value.Ordering.Relation;
import dev.molink.gateway.template.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has a value. */
public sealed interface Expression {
    /** A constant. */
    record Literal(Value value) implements Expression {}

    /** A variable. */
    record Name(String name) implements Expression {}

    /** {@code target.name}. */
    record Attribute(Expression target, String name) implements Expression {}

    /** {@code target[key]}. */
    record Item(Expression target, Expression key) implements Expression {}

    /** {@code target[start:stop:step]}; parts left away are None. */
    record Slice(Expression target, Expression start, Expression stop, Expression step) implements Expression {}

    /** {@code callee(arguments)}. */
    record Call(Expression callee, CallArguments arguments) implements Expression {}

    /** {@code input|filter}. */
    record Filtered(Expression input, FilterStep step) implements Expression {}

    /** {@code input is name(arguments)}. */
    record Tested(Expression input, String name, CallArguments arguments) implements Expression {}

    /** {@code not operand}. */
    record Not(Expression operand) implements Expression {}

    /** {@code -operand}. */
    record Negated(Expression operand) implements Expression {}

    /** {@code +operand}. */
    record Plus(Expression operand) implements Expression {}

    /** {@code left operation right}. */
    record Calculated(Operation operation, Expression left, Expression right) implements Expression {}

    /** {@code left and right}, the first that is false. */
    record And(Expression left, Expression right) implements Expression {}

    /** {@code left or right}, the first that is true. */
    record Or(Expression left, Expression right) implements Expression {}

    /** {@code a ~ b ~ c}. */
    record Concatenated(List<Expression> parts) implements Expression {}

    /** {@code first < b <= c}: every neighbouring pair has to hold. */
    record Compared(Expression first, List<Comparison> comparisons) implements Expression {}

    /** {@code then if condition else otherwise}; without {@code else} it may be undefined. */
    record Conditional(
            Expression condition, Expression then, @Nullable Expression otherwise) implements Expression {}

    /** {@code [a, b]}. */
    record ListOf(List<Expression> elements) implements Expression {}

    /** {@code (a, b)}. */
    record TupleOf(List<Expression> elements) implements Expression {}

    /** {@code {a: b}}. */
    record DictOf(List<Pair> pairs) implements Expression {}

    /** A key and its value. */
    record Pair(Expression key, Expression value) {}

    /** One {@code < b} of a chain of comparisons. */
    record Comparison(Comparator comparator, Expression right) {}

    /** How two values are compared. */
    sealed interface Comparator {
        /** {@code ==} or, negated, {@code !=}. */
        record Equal(boolean negated) implements Comparator {}

        /** {@code in} or, negated, {@code not in}. */
        record In(boolean negated) implements Comparator {}

        /** {@code <}, {@code <=}, {@code >}, {@code >=}. */
        record Ordered(Relation relation) implements Comparator {}
    }

    /** {@code name=value} in a call. */
    record Keyword(String name, Expression value) {}

    /**
     * What a call passes.
     *
     * @param positional values by position
     * @param keywords values by name
     * @param morePositional what follows {@code *}
     * @param moreKeywords what follows {@code **}
     */
    record CallArguments(
            List<Expression> positional,
            List<Keyword> keywords,
            @Nullable Expression morePositional,
            @Nullable Expression moreKeywords) {
        /** No arguments. */
        static final CallArguments NONE = new CallArguments(List.of(), List.of(), null, null);

        /** Whether nothing is passed. */
        public boolean isNone() {
            return positional.isEmpty() && keywords.isEmpty() && morePositional == null && moreKeywords == null;
        }
    }

    /** A filter and its arguments. */
    record FilterStep(String name, CallArguments arguments) {}
}
