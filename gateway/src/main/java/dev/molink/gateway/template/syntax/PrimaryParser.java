package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.template.syntax.Expression.Attribute;
import dev.molink.gateway.template.syntax.Expression.Call;
import dev.molink.gateway.template.syntax.Expression.CallArguments;
import dev.molink.gateway.template.syntax.Expression.DictOf;
import dev.molink.gateway.template.syntax.Expression.Item;
import dev.molink.gateway.template.syntax.Expression.Keyword;
import dev.molink.gateway.template.syntax.Expression.ListOf;
import dev.molink.gateway.template.syntax.Expression.Literal;
import dev.molink.gateway.template.syntax.Expression.Name;
import dev.molink.gateway.template.syntax.Expression.Pair;
import dev.molink.gateway.template.syntax.Expression.Slice;
import dev.molink.gateway.template.syntax.Expression.TupleOf;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses what binds tightest: names, constants, brackets, subscripts and calls. */
final class PrimaryParser {
    private static final Literal NONE = new Literal(NoneValue.NONE);

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final SpecialNames specialNames;

    PrimaryParser(TokenStream tokens, ExpressionParser expressions, SpecialNames specialNames) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.specialNames = specialNames;
    }

    Expression primary() {
        Token token = tokens.current();
        return switch (token.type()) {
            case NAME -> nameOrConstant(tokens.next().text());
            case STRING -> adjacentStrings();
            case INTEGER -> new Literal(integer(tokens.next().text()));
            case FLOAT -> new Literal(real(tokens.next().text()));
            case OPERATOR -> bracket(token);
            case TEXT, PRINT_BEGIN, PRINT_END, TAG_BEGIN, TAG_END, END -> throw unexpected(token);
        };
    }

    private TemplateSyntaxException unexpected(Token token) {
        return tokens.error("unexpected " + token.description());
    }

    private Expression nameOrConstant(String name) {
        Literal constant = constant(name);
        if (constant != null) {
            return constant;
        }
        specialNames.used(name);
        return new Name(name);
    }

    /** The constant a name stands for, or null. */
    static @Nullable Literal constant(String name) {
        return switch (name) {
            case "true", "True" -> new Literal(BooleanValue.TRUE);
            case "false", "False" -> new Literal(BooleanValue.FALSE);
            case "none", "None" -> NONE;
            default -> null;
        };
    }

    private Expression adjacentStrings() {
        var text = new StringBuilder();
        while (tokens.current().is(TokenType.STRING)) {
            text.append(tokens.next().text());
        }
        return new Literal(StringValue.of(text.toString()));
    }

    private static Value integer(String digits) {
        String plain = digits.replace("_", "");
        int radix = plain.length() > 1 ? CodeLexer.radix(plain.charAt(1)) : 0;
        return new IntegerValue(radix > 0 ? new BigInteger(plain.substring(2), radix) : new BigInteger(plain));
    }

    private static Value real(String digits) {
        return new FloatValue(Double.parseDouble(digits.replace("_", "")));
    }

    private Expression bracket(Token token) {
        if (tokens.skipOperator("(")) {
            Expression inside = expressions.parenthesizedTuple();
            tokens.expectOperator(")");
            return inside;
        }
        if (tokens.skipOperator("[")) {
            return new ListOf(list());
        }
        if (tokens.skipOperator("{")) {
            return new DictOf(pairs());
        }
        throw unexpected(token);
    }

    private List<Expression> list() {
        var elements = new ArrayList<Expression>();
        while (!tokens.skipOperator("]")) {
            if (!elements.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("]")) {
                    break;
                }
            }
            elements.add(expressions.expression());
        }
        return List.copyOf(elements);
    }

    private List<Pair> pairs() {
        var pairs = new ArrayList<Pair>();
        while (!tokens.skipOperator("}")) {
            if (!pairs.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("}")) {
                    break;
                }
            }
            Expression key = expressions.expression();
            tokens.expectOperator(":");
            pairs.add(new Pair(key, expressions.expression()));
        }
        return List.copyOf(pairs);
    }

    /** {@code operand} with what follows it: {@code .name}, {@code [key]} and {@code (arguments)}. */
    Expression subscriptsAndCalls(Expression operand) {
        Expression expression = operand;
        while (true) {
            if (tokens.skipOperator(".")) {
                expression = attribute(expression);
            } else if (tokens.skipOperator("[")) {
                expression = subscript(expression);
            } else if (tokens.current().isOperator("(")) {
                expression = new Call(expression, callArguments());
            } else {
                return expression;
            }
        }
    }

    private Expression attribute(Expression target) {
        Token token = tokens.next();
        return switch (token.type()) {
            case NAME -> new Attribute(target, token.text());
            case INTEGER -> new Item(target, new Literal(integer(token.text())));
            default -> throw tokens.error("expected name or number");
        };
    }

    private Expression subscript(Expression target) {
        var keys = new ArrayList<Expression>();
        while (!tokens.skipOperator("]")) {
            if (!keys.isEmpty()) {
                tokens.expectOperator(",");
            }
            Expression start = tokens.current().isOperator(":") ? NONE : expressions.expression();
            if (tokens.skipOperator(":")) {
                return slice(target, start);
            }
            keys.add(start);
        }
        return new Item(target, keys.size() == 1 ? keys.getFirst() : new TupleOf(List.copyOf(keys)));
    }

    private Expression slice(Expression target, Expression start) {
        Expression stop = sliceBound();
        Expression step = tokens.skipOperator(":") ? sliceBound() : NONE;
        tokens.expectOperator("]");
        return new Slice(target, start, stop, step);
    }

    private Expression sliceBound() {
        boolean absent = tokens.current().isOperator(":") || tokens.current().isOperator("]");
        return absent ? NONE : expressions.expression();
    }

    /** Arguments in parentheses. */
    CallArguments callArguments() {
        tokens.expectOperator("(");
        var arguments = new ArgumentsParser(tokens, expressions);
        while (!tokens.skipOperator(")")) {
            if (arguments.any()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(")")) {
                    break;
                }
            }
            arguments.next();
        }
        return arguments.done();
    }

    /** Collects the arguments of one call, which have to come in order: by position, by name, {@code *}, {@code **}. */
    private static final class ArgumentsParser {
        private final TokenStream tokens;
        private final ExpressionParser expressions;
        private final List<Expression> positional = new ArrayList<>();
        private final List<Keyword> keywords = new ArrayList<>();
        private @Nullable Expression morePositional;
        private @Nullable Expression moreKeywords;

        ArgumentsParser(TokenStream tokens, ExpressionParser expressions) {
            this.tokens = tokens;
            this.expressions = expressions;
        }

        boolean any() {
            return !positional.isEmpty() || !keywords.isEmpty() || morePositional != null || moreKeywords != null;
        }

        void next() {
            if (tokens.skipOperator("**")) {
                require(moreKeywords == null);
                moreKeywords = expressions.expression();
            } else if (tokens.skipOperator("*")) {
                require(morePositional == null && moreKeywords == null);
                morePositional = expressions.expression();
            } else if (tokens.current().is(TokenType.NAME) && tokens.following().isOperator("=")) {
                require(moreKeywords == null);
                keyword();
            } else {
                require(keywords.isEmpty() && morePositional == null && moreKeywords == null);
                positional.add(expressions.expression());
            }
        }

        private void keyword() {
            String name = tokens.next().text();
            require(keywords.stream().noneMatch(keyword -> keyword.name().equals(name)));
            tokens.expectOperator("=");
            keywords.add(new Keyword(name, expressions.expression()));
        }

        private void require(boolean inOrder) {
            if (!inOrder) {
                throw tokens.error("invalid syntax for function call expression");
            }
        }

        CallArguments done() {
            return new CallArguments(List.copyOf(positional), List.copyOf(keywords), morePositional, moreKeywords);
        }
    }
}
