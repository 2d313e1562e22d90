package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;

/**
 * A test: {@code input is name(arguments)}.
 *
 * @param name how templates call it
 * @param signature what it takes besides its input
 * @param body what it asks
 */
record Test(String name, Signature signature, Body body) {
    /** What a test asks. */
    @FunctionalInterface
    interface Body {
        boolean accepts(Value input, Bound arguments, Rendering rendering);
    }

    boolean accepts(Value input, Arguments arguments, Rendering rendering) {
        rendering.budget().step();
        if (input instanceof StringValue string) {
            rendering.budget().scan(string.text().length());
        }
        return body.accepts(input, signature.bind(name, arguments), rendering);
    }
}
