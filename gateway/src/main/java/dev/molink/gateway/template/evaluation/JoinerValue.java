package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;
import org.jspecify.annotations.Nullable;

/** Yields nothing when it is first called, and its separator from then on. */
final class JoinerValue implements CallableValue {
    private static final Signature SIGNATURE = Signature.of();

    private final Value separator;
    private boolean used;

    JoinerValue(Value separator) {
        this.separator = separator;
    }

    @Override
    public Value call(Arguments arguments, Rendering rendering) {
        SIGNATURE.bind("joiner", arguments);
        Value result = used ? separator : StringValue.EMPTY;
        used = true;
        return result;
    }

    @Override
    public @Nullable Value attribute(String name) {
        return name.equals("sep") ? separator : null;
    }

    @Override
    public String typeName() {
        return "Joiner";
    }
}
