package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.syntax.Expression;
import dev.molink.gateway.template.syntax.Expression.CallArguments;
import dev.molink.gateway.template.syntax.Expression.Comparator;
import dev.molink.gateway.template.syntax.Expression.Comparison;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import dev.molink.gateway.template.syntax.Expression.Keyword;
import dev.molink.gateway.template.syntax.Expression.Pair;
import dev.molink.gateway.template.value.Arithmetic;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Equality;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.Membership;
import dev.molink.gateway.template.value.Ordering;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Subscripts;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class Evaluator {
    private final Rendering rendering;
    private final Budget budget;

    Evaluator(Rendering rendering) {
        this.rendering = rendering;
        this.budget = rendering.budget();
    }

    /** The value of {@code expression} in {@code scope}. */
    Value evaluate(Expression expression, Scope scope) {
        budget.step();
        budget.enter();
        Value value = switch (expression) {
            case Expression.Literal literal -> literal.value();
            case Expression.Name name -> scope.get(name.name());
            case Expression.Attribute attribute ->
                Attributes.attribute(evaluate(attribute.target(), scope), attribute.name(), rendering);
            case Expression.Item item ->
                Attributes.item(evaluate(item.target(), scope), evaluate(item.key(), scope), rendering);
            case Expression.Slice slice -> slice(slice, scope);
            case Expression.Call call -> call(evaluate(call.callee(), scope), arguments(call.arguments(), scope));
            case Expression.Filtered filtered -> filter(evaluate(filtered.input(), scope), filtered.step(), scope);
            case Expression.Tested tested -> BooleanValue.of(test(tested, scope));
            case Expression.Not not ->
                BooleanValue.of(!evaluate(not.operand(), scope).isTrue());
            case Expression.Negated negated -> Arithmetic.negate(evaluate(negated.operand(), scope));
            case Expression.Plus plus -> Arithmetic.plus(evaluate(plus.operand(), scope));
            case Expression.Calculated calculated ->
                Operators.calculate(
                        calculated.operation(),
                        evaluate(calculated.left(), scope),
                        evaluate(calculated.right(), scope),
                        rendering);
            case Expression.And and -> {
                Value left = evaluate(and.left(), scope);
                yield left.isTrue() ? evaluate(and.right(), scope) : left;
            }
            case Expression.Or or -> {
                Value left = evaluate(or.left(), scope);
                yield left.isTrue() ? left : evaluate(or.right(), scope);
            }
            case Expression.Concatenated concatenated ->
                Operators.concatenate(all(concatenated.parts(), scope), rendering);
            case Expression.Compared compared -> BooleanValue.of(compare(compared, scope));
            case Expression.Conditional conditional -> choose(conditional, scope);
            case Expression.ListOf list -> new ListValue(all(list.elements(), scope));
            case Expression.TupleOf tuple -> new TupleValue(all(tuple.elements(), scope));
            case Expression.DictOf dict -> dict(dict.pairs(), scope);
        };
        budget.leave();
        return value;
    }

    private List<Value> all(List<Expression> expressions, Scope scope) {
        var values = new ArrayList<Value>(expressions.size());
        for (Expression expression : expressions) {
            values.add(evaluate(expression, scope));
        }
        return values;
    }

    private Value dict(List<Pair> pairs, Scope scope) {
        var dict = new DictValue.Builder();
        for (Pair pair : pairs) {
            dict.put(evaluate(pair.key(), scope), evaluate(pair.value(), scope), budget);
        }
        return dict.build();
    }

    private Value choose(Expression.Conditional conditional, Scope scope) {
        if (evaluate(conditional.condition(), scope).isTrue()) {
            return evaluate(conditional.then(), scope);
        }
        return conditional.otherwise() == null
                ? new UndefinedValue("the inline if-expression evaluated to false and no else section was defined")
                : evaluate(conditional.otherwise(), scope);
    }

    private Value slice(Expression.Slice slice, Scope scope) {
        Value target = evaluate(slice.target(), scope);
        Value start = evaluate(slice.start(), scope);
        Value stop = evaluate(slice.stop(), scope);
        Value sliced = Subscripts.slice(target, start, stop, evaluate(slice.step(), scope), budget);
        if (sliced != null) {
            return sliced;
        }
        String message = "'" + target.typeName() + "' object cannot be sliced so";
        if (isConstant(slice.target()) && isConstant(slice.start()) && isConstant(slice.stop())) {
            // Jinja2 folds slices of constants before it runs them, and folding yields undefined where running fails.
            return new UndefinedValue(message);
        }
        throw new TemplateEvaluationException(message);
    }

    private static boolean isConstant(Expression expression) {
        return switch (expression) {
            case Expression.Literal ignored -> true;
            case Expression.ListOf list -> list.elements().stream().allMatch(Evaluator::isConstant);
            case Expression.TupleOf tuple -> tuple.elements().stream().allMatch(Evaluator::isConstant);
            case Expression.DictOf dict ->
                dict.pairs().stream().allMatch(pair -> isConstant(pair.key()) && isConstant(pair.value()));
            default -> false;
        };
    }

    private boolean compare(Expression.Compared compared, Scope scope) {
        Value left = evaluate(compared.first(), scope);
        for (Comparison comparison : compared.comparisons()) {
            Value right = evaluate(comparison.right(), scope);
            if (!holds(comparison.comparator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private boolean holds(Comparator comparator, Value left, Value right) {
        return switch (comparator) {
            case Comparator.Equal equal -> equal.negated() != Equality.equal(left, right, budget);
            case Comparator.In in -> in.negated() != Membership.contains(right, left, budget);
            case Comparator.Ordered ordered -> Ordering.holds(ordered.relation(), left, right, budget);
        };
    }

    /** Applies one filter. */
    Value filter(Value input, FilterStep step, Scope scope) {
        return Filters.require(step.name()).apply(input, arguments(step.arguments(), scope), rendering);
    }

    private boolean test(Expression.Tested tested, Scope scope) {
        Test test = Tests.require(tested.name());
        Value input = evaluate(tested.input(), scope);
        return test.accepts(input, arguments(tested.arguments(), scope), rendering);
    }

    /** Calls a value; fails when it cannot be called. */
    Value call(Value callee, Arguments arguments) {
        return switch (callee) {
            case CallableValue callable -> callable.call(arguments, rendering);
            case UndefinedValue undefined -> throw undefined.failure();
            default -> throw new TemplateEvaluationException("'" + callee.typeName() + "' object is not callable");
        };
    }

    /** The values a call passes. */
    Arguments arguments(CallArguments call, Scope scope) {
        if (call.isNone()) {
            return Arguments.NONE;
        }
        List<Value> positional = all(call.positional(), scope);
        Map<String, Value> keywords = new LinkedHashMap<>();
        for (Keyword keyword : call.keywords()) {
            keywords.put(keyword.name(), evaluate(keyword.value(), scope));
        }
        if (call.morePositional() != null) {
            positional.addAll(Elements.list(evaluate(call.morePositional(), scope), budget));
        }
        if (call.moreKeywords() != null) {
            addKeywords(evaluate(call.moreKeywords(), scope), keywords);
        }
        return new Arguments(positional, keywords);
    }

    private static void addKeywords(Value more, Map<String, Value> keywords) {
        if (!(more instanceof DictValue dict)) {
            throw new TemplateEvaluationException("argument after ** must be a mapping, not " + more.typeName());
        }
        for (DictValue.Entry entry : dict.entries()) {
            if (!(entry.key() instanceof StringValue name)) {
                throw new TemplateEvaluationException("keywords must be strings");
            }
            if (keywords.put(name.text(), entry.value()) != null) {
                throw new TemplateEvaluationException("got multiple values for keyword argument '" + name.text() + "'");
            }
        }
    }
}
