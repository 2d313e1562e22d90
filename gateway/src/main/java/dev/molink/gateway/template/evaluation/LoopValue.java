package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.Equality;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}: where a loop is. Looks ahead only when asked, so that generators stay lazy. */
final class LoopValue implements CallableValue {
    /** Runs the body of a recursive loop over further elements. */
    @FunctionalInterface
    interface Recursion {
        Value run(Value elements, int depth);
    }

    private static final Signature ONE_ARGUMENT = Signature.of("iterable");

    private final Value iterable;
    private final Budget budget;
    private final int depth;
    private final @Nullable Recursion recursion;
    private Iterator<Value> elements;
    private int index = -1;
    private int length = -1;
    private @Nullable Value before;
    private @Nullable Value current;
    private @Nullable Value after;
    private @Nullable Value lastChanged;

    /** A loop that has not begun; {@code depth} counts from 0, {@code recursion} is null unless it is recursive. */
    LoopValue(Value iterable, Iterator<Value> elements, int depth, @Nullable Recursion recursion, Budget budget) {
        this.iterable = iterable;
        this.elements = elements;
        this.depth = depth;
        this.recursion = recursion;
        this.budget = budget;
    }

    /** Goes to the next element and yields it, or null at the end. */
    @Nullable
    Value advance() {
        Value next = peek();
        if (next == null) {
            return null;
        }
        after = null;
        index++;
        before = current;
        current = next;
        return next;
    }

    private @Nullable Value peek() {
        if (after == null && elements.hasNext()) {
            after = elements.next();
        }
        return after;
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    @Override
    public int length() {
        if (length < 0) {
            length = iterable.hasLength() ? iterable.length() : countRest();
        }
        return length;
    }

    private int countRest() {
        List<Value> rest = new ArrayList<>();
        while (elements.hasNext()) {
            budget.allocateElements(1);
            rest.add(elements.next());
        }
        elements = rest.iterator();
        return index + 1 + (after == null ? 0 : 1) + rest.size();
    }

    @Override
    public @Nullable Value attribute(String name) {
        return switch (name) {
            case "index" -> IntegerValue.of(index + 1L);
            case "index0" -> IntegerValue.of(index);
            case "revindex" -> IntegerValue.of((long) length() - index);
            case "revindex0" -> IntegerValue.of((long) length() - index - 1);
            case "first" -> BooleanValue.of(index == 0);
            case "last" -> BooleanValue.of(peek() == null);
            case "length" -> IntegerValue.of(length());
            case "depth" -> IntegerValue.of(depth + 1L);
            case "depth0" -> IntegerValue.of(depth);
            case "previtem" -> before == null ? new UndefinedValue("there is no previous item") : before;
            case "nextitem" -> nextItem();
            case "cycle" ->
                FunctionValue.method(
                        name,
                        Signature.ANY,
                        (arguments, rendering) -> cycle(arguments.all().positional()));
            case "changed" ->
                FunctionValue.method(
                        name,
                        Signature.ANY,
                        (arguments, rendering) -> changed(arguments.all().positional()));
            default -> null;
        };
    }

    private Value nextItem() {
        Value next = peek();
        return next == null ? new UndefinedValue("there is no next item") : next;
    }

    private Value cycle(List<Value> values) {
        if (values.isEmpty()) {
            throw new TemplateEvaluationException("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Value changed(List<Value> values) {
        Value now = new TupleValue(values);
        boolean differs = lastChanged == null || !Equality.equal(lastChanged, now, budget);
        lastChanged = now;
        return BooleanValue.of(differs);
    }

    @Override
    public Value call(Arguments arguments, Rendering rendering) {
        Value inner = ONE_ARGUMENT.bind("loop", arguments).get(0);
        if (recursion == null) {
            throw new TemplateEvaluationException(
                    "The loop must have the 'recursive' marker to be called recursively.");
        }
        return recursion.run(inner, depth + 1);
    }

    @Override
    public boolean isIterable() {
        return true;
    }

    /** Going through the loop from inside it is refused, since the loop itself goes on by it. */
    @Override
    public Iterator<Value> iterator() {
        throw new TemplateEvaluationException("a loop cannot be gone through from inside");
    }

    @Override
    public String typeName() {
        return "LoopContext";
    }

    @Override
    public void print(TextBuilder out) {
        out.append("<LoopContext " + (index + 1) + "/" + length() + ">");
    }
}
