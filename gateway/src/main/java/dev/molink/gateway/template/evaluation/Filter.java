package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;

/**
 * A filter: {@code input|name(arguments)}.
 *
 * @param name how templates call it
 * @param signature what it takes besides its input
 * @param body what it does
 */
record Filter(String name, Signature signature, Body body) {
    /** What a filter does. */
    @FunctionalInterface
    interface Body {
        Value apply(Value input, Bound arguments, Rendering rendering);
    }

    Value apply(Value input, Arguments arguments, Rendering rendering) {
        rendering.budget().step();
        if (input instanceof StringValue string) {
            rendering.budget().scan(string.text().length());
        }
        return body.apply(input, signature.bind(name, arguments), rendering);
    }
}
