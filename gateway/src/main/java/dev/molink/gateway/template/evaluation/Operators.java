package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.printing.PercentFormat;
import dev.molink.gateway.template.value.Arithmetic;
import dev.molink.gateway.template.value.Arithmetic.Operation;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.RangeValue;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Python's binary operators on all types. */
final class Operators {
    private Operators() {}

    static Value calculate(Operation operation, Value left, Value right, Rendering rendering) {
        return switch (operation) {
            case ADD -> add(left, right, rendering);
            case MULTIPLY -> multiply(left, right, rendering);
            case MODULO ->
                left instanceof StringValue format
                        ? format(format, right, rendering)
                        : Arithmetic.calculate(operation, left, right, rendering.budget());
            case SUBTRACT, DIVIDE, FLOOR_DIVIDE, POWER ->
                Arithmetic.calculate(operation, left, right, rendering.budget());
        };
    }

    /** {@code format % values}. */
    static StringValue format(StringValue format, Value values, Rendering rendering) {
        return PercentFormat.format(format, values, rendering.text());
    }

    /** {@code left + right}. */
    static Value add(Value left, Value right, Rendering rendering) {
        Budget budget = rendering.budget();
        if (left instanceof StringValue string && right instanceof StringValue other) {
            return concatenate(string, other, rendering);
        }
        if (left instanceof ListValue list && right instanceof ListValue other) {
            return new ListValue(joined(list, other, budget));
        }
        if (left instanceof TupleValue tuple && right instanceof TupleValue other) {
            return new TupleValue(joined(tuple, other, budget));
        }
        boolean concatenates = left instanceof StringValue || left instanceof ListValue || left instanceof TupleValue;
        if (concatenates && !(right instanceof UndefinedValue)) {
            throw new TemplateEvaluationException("can only concatenate " + left.typeName() + " (not \""
                    + right.typeName() + "\") to " + left.typeName());
        }
        return Arithmetic.calculate(Operation.ADD, left, right, budget);
    }

    private static StringValue concatenate(StringValue left, StringValue right, Rendering rendering) {
        if (left.isMarkup() || right.isMarkup()) {
            return markup(List.of(left, right), rendering);
        }
        rendering.budget().allocate((long) left.text().length() + right.text().length());
        return StringValue.of(left.text() + right.text());
    }

    private static List<Value> joined(SequenceValue left, SequenceValue right, Budget budget) {
        budget.allocateElements((long) left.length() + right.length());
        var elements = new ArrayList<>(left.elements());
        elements.addAll(right.elements());
        return elements;
    }

    private static Value multiply(Value left, Value right, Rendering rendering) {
        if (isRepeatable(left) && right instanceof NumberValue times && times.isIntegral()) {
            return repeat(left, Numbers.requireIndex(times), rendering);
        }
        if (isRepeatable(right) && left instanceof NumberValue times && times.isIntegral()) {
            return repeat(right, Numbers.requireIndex(times), rendering);
        }
        return Arithmetic.calculate(Operation.MULTIPLY, left, right, rendering.budget());
    }

    private static boolean isRepeatable(Value value) {
        return value instanceof StringValue || (value instanceof SequenceValue && !(value instanceof RangeValue));
    }

    private static Value repeat(Value value, int times, Rendering rendering) {
        if (value instanceof StringValue string) {
            TextBuilder repeated = rendering.text();
            repeated.repeat(string.text(), times);
            return string.with(repeated.toString());
        }
        List<Value> elements = ((SequenceValue) value).elements();
        rendering.budget().allocateElements((long) elements.size() * Math.max(times, 0));
        var repeated = new ArrayList<Value>();
        for (int i = 0; i < times && !elements.isEmpty(); i++) {
            repeated.addAll(elements);
        }
        return value instanceof ListValue ? new ListValue(repeated) : new TupleValue(repeated);
    }

    /** {@code a ~ b ~ c}; when escaping is on and one part is escaped, the others get escaped too. */
    static Value concatenate(List<Value> parts, Rendering rendering) {
        boolean anyMarkup = parts.stream().anyMatch(part -> part instanceof StringValue string && string.isMarkup());
        if (rendering.autoescape() && anyMarkup) {
            return markup(parts, rendering);
        }
        TextBuilder text = rendering.text();
        parts.forEach(part -> part.write(text));
        return StringValue.of(text.toString());
    }

    private static StringValue markup(List<? extends Value> parts, Rendering rendering) {
        TextBuilder text = rendering.text();
        parts.forEach(
                part -> text.append(HtmlText.escape(part, rendering.budget()).text()));
        return StringValue.markup(text.toString());
    }
}
