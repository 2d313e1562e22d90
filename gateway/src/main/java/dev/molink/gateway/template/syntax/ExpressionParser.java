package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.syntax.Expression.And;
import dev.molink.gateway.template.syntax.Expression.Calculated;
import dev.molink.gateway.template.syntax.Expression.Call;
import dev.molink.gateway.template.syntax.Expression.CallArguments;
import dev.molink.gateway.template.syntax.Expression.Comparator;
import dev.molink.gateway.template.syntax.Expression.Compared;
import dev.molink.gateway.template.syntax.Expression.Comparison;
import dev.molink.gateway.template.syntax.Expression.Concatenated;
import dev.molink.gateway.template.syntax.Expression.Conditional;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import dev.molink.gateway.template.syntax.Expression.Filtered;
import dev.molink.gateway.template.syntax.Expression.Negated;
import dev.molink.gateway.template.syntax.Expression.Not;
import dev.molink.gateway.template.syntax.Expression.Or;
import dev.molink.gateway.template.syntax.Expression.Plus;
import dev.molink.gateway.template.syntax.Expression.Tested;
import dev.molink.gateway.template.syntax.Expression.TupleOf;
import dev.molink.gateway.template.value.Arithmetic.Operation;
import dev.molink.gateway.template.value.Ordering.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions. From loosest to tightest: {@code if}, {@code or}, {@code and}, {@code not}, comparisons,
 * {@code + -}, {@code ~}, {@code * / // %}, {@code **}, signs, then tests and filters, then subscripts and calls.
 */
final class ExpressionParser {
    private final TokenStream tokens;
    private final UnknownNames unknown;
    private final PrimaryParser primaries;

    ExpressionParser(TokenStream tokens, UnknownNames unknown, SpecialNames specialNames) {
        this.tokens = tokens;
        this.unknown = unknown;
        this.primaries = new PrimaryParser(tokens, this, specialNames);
    }

    Expression expression() {
        tokens.enter();
        Expression expression = conditional();
        tokens.leave();
        return expression;
    }

    /** One expression, or with commas a tuple of them. */
    Expression tuple() {
        return tuple(this::expression, "", false);
    }

    /** As {@link #tuple()}, where {@code if} or {@code stop} would already be part of the statement. */
    Expression tupleWithoutCondition(String stop) {
        return tuple(this::or, stop, false);
    }

    /** What stands between parentheses, where nothing is the empty tuple. */
    Expression parenthesizedTuple() {
        return tuple(this::expression, "", true);
    }

    private Expression tuple(Supplier<Expression> element, String stop, boolean mayBeEmpty) {
        var elements = new ArrayList<Expression>();
        boolean isTuple = false;
        while (!endsTuple(stop)) {
            elements.add(element.get());
            if (!tokens.skipOperator(",")) {
                break;
            }
            isTuple = true;
        }
        if (!isTuple && elements.size() == 1) {
            return elements.getFirst();
        }
        if (elements.isEmpty() && !mayBeEmpty) {
            throw tokens.error("Expected an expression, got " + tokens.current().description());
        }
        return new TupleOf(List.copyOf(elements));
    }

    private boolean endsTuple(String stop) {
        Token token = tokens.current();
        return token.is(TokenType.PRINT_END)
                || token.is(TokenType.TAG_END)
                || token.isOperator(")")
                || (!stop.isEmpty() && token.isName(stop));
    }

    private Expression conditional() {
        int mark = unknown.mark();
        Expression expression = or();
        while (tokens.skipName("if")) {
            Expression condition = or();
            Expression otherwise = tokens.skipName("else") ? expression() : null;
            expression = new Conditional(condition, expression, otherwise);
            unknown.forgetSince(mark);
        }
        return expression;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        var not = new Not(not());
        tokens.leave();
        return not;
    }

    private Expression comparison() {
        Expression first = sum();
        var comparisons = new ArrayList<Comparison>();
        for (Comparator comparator = comparator(); comparator != null; comparator = comparator()) {
            comparisons.add(new Comparison(comparator, sum()));
        }
        return comparisons.isEmpty() ? first : new Compared(first, List.copyOf(comparisons));
    }

    private @Nullable Comparator comparator() {
        if (tokens.skipName("in")) {
            return new Comparator.In(false);
        }
        if (tokens.current().isName("not") && tokens.following().isName("in")) {
            tokens.next();
            tokens.next();
            return new Comparator.In(true);
        }
        if (!tokens.current().is(TokenType.OPERATOR)) {
            return null;
        }
        Comparator comparator = switch (tokens.current().text()) {
            case "==" -> new Comparator.Equal(false);
            case "!=" -> new Comparator.Equal(true);
            case "<" -> new Comparator.Ordered(Relation.LESS);
            case "<=" -> new Comparator.Ordered(Relation.LESS_OR_EQUAL);
            case ">" -> new Comparator.Ordered(Relation.GREATER);
            case ">=" -> new Comparator.Ordered(Relation.GREATER_OR_EQUAL);
            default -> null;
        };
        if (comparator != null) {
            tokens.next();
        }
        return comparator;
    }

    private Expression sum() {
        return calculation(this::concatenation, Operation.ADD, Operation.SUBTRACT);
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.current().isOperator("~")) {
            return first;
        }
        var parts = new ArrayList<Expression>();
        parts.add(first);
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return new Concatenated(List.copyOf(parts));
    }

    private Expression product() {
        return calculation(this::power, Operation.MULTIPLY, Operation.DIVIDE, Operation.FLOOR_DIVIDE, Operation.MODULO);
    }

    /** Unlike in Python, {@code **} groups to the left. */
    private Expression power() {
        return calculation(this::signed, Operation.POWER);
    }

    private Expression calculation(Supplier<Expression> operand, Operation... operations) {
        Expression left = operand.get();
        while (true) {
            Operation operation = operationOf(operations);
            if (operation == null) {
                return left;
            }
            tokens.next();
            left = new Calculated(operation, left, operand.get());
        }
    }

    private @Nullable Operation operationOf(Operation... operations) {
        for (Operation operation : operations) {
            if (tokens.current().isOperator(operation.symbol())) {
                return operation;
            }
        }
        return null;
    }

    private Expression signed() {
        return filtersAndTests(signedWithoutFilters());
    }

    private Expression signedWithoutFilters() {
        tokens.enter();
        Expression expression;
        if (tokens.skipOperator("-")) {
            expression = new Negated(signedWithoutFilters());
        } else if (tokens.skipOperator("+")) {
            expression = new Plus(signedWithoutFilters());
        } else {
            expression = primaries.primary();
        }
        tokens.leave();
        return primaries.subscriptsAndCalls(expression);
    }

    private Expression filtersAndTests(Expression operand) {
        Expression expression = operand;
        while (true) {
            if (tokens.skipOperator("|")) {
                expression = new Filtered(expression, filterStep());
            } else if (tokens.skipName("is")) {
                expression = test(expression);
            } else if (tokens.current().isOperator("(")) {
                expression = new Call(expression, primaries.callArguments());
            } else {
                return expression;
            }
        }
    }

    /** A filter after its {@code |}. */
    FilterStep filterStep() {
        int line = tokens.current().line();
        String name = dottedName();
        var arguments = tokens.current().isOperator("(") ? primaries.callArguments() : CallArguments.NONE;
        return unknown.checked(new FilterStep(name, arguments), line);
    }

    private String dottedName() {
        var name = new StringBuilder(tokens.expect(TokenType.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(TokenType.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression input) {
        int line = tokens.current().line();
        boolean negated = tokens.skipName("not");
        String name = dottedName();
        unknown.checkTest(name, line);
        var tested = new Tested(input, name, testArguments());
        return negated ? new Not(tested) : tested;
    }

    /** A test takes its arguments in parentheses, or one operand right after its name. */
    private CallArguments testArguments() {
        Token token = tokens.current();
        if (token.isOperator("(")) {
            return primaries.callArguments();
        }
        boolean isOperand = switch (token.type()) {
            case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.isOperator("[") || token.isOperator("{");
            case TEXT, PRINT_BEGIN, PRINT_END, TAG_BEGIN, TAG_END, END -> false;
        };
        if (!isOperand) {
            return CallArguments.NONE;
        }
        if (token.isName("is")) {
            throw tokens.error("You cannot chain multiple tests with is");
        }
        Expression operand = primaries.subscriptsAndCalls(primaries.primary());
        return new CallArguments(List.of(operand), List.of(), null, null);
    }
}
