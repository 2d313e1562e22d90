package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.ObjectValue;
import dev.molink.gateway.template.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Yields its elements one after the other, again and again. */
final class CyclerValue implements ObjectValue {
    private final List<Value> elements;
    private int position;

    CyclerValue(List<Value> elements) {
        if (elements.isEmpty()) {
            throw new TemplateEvaluationException("at least one item has to be provided");
        }
        this.elements = elements;
    }

    @Override
    public @Nullable Value attribute(String name) {
        return switch (name) {
            case "current" -> elements.get(position);
            case "next" -> FunctionValue.method(name, Signature.of(), (arguments, rendering) -> next());
            case "reset" -> FunctionValue.method(name, Signature.of(), (arguments, rendering) -> reset());
            default -> null;
        };
    }

    private Value next() {
        Value element = elements.get(position);
        position = (position + 1) % elements.size();
        return element;
    }

    private Value reset() {
        position = 0;
        return NoneValue.NONE;
    }

    @Override
    public String typeName() {
        return "Cycler";
    }
}
