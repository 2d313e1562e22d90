package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** One rendering in progress; everything it changes belongs to the thread that renders. */
final class Rendering {
    private final Budget budget;
    private final Clock clock;
    private final RandomGenerator random;
    private boolean autoescape;
    private int line = 1;

    Rendering(Budget budget, Clock clock, RandomGenerator random) {
        this.budget = budget;
        this.clock = clock;
        this.random = random;
    }

    Budget budget() {
        return budget;
    }

    Clock clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }

    /** Whether what is printed gets escaped for HTML. */
    boolean autoescape() {
        return autoescape;
    }

    /** Switches escaping and yields what it was before. */
    boolean autoescape(boolean enabled) {
        boolean before = autoescape;
        autoescape = enabled;
        return before;
    }

    /** The line of the statement that runs, for messages. */
    int line() {
        return line;
    }

    void line(int current) {
        line = current;
    }

    TextBuilder text() {
        return new TextBuilder(budget);
    }

    /** {@code str} of a value as a value; text that is escaped stays so. */
    StringValue string(Value value) {
        return value instanceof StringValue string ? string : StringValue.of(value.toText(budget));
    }

    /** What a body wrote, which counts as escaped when escaping was on. */
    StringValue captured(TextBuilder out) {
        return autoescape ? StringValue.markup(out.toString()) : StringValue.of(out.toString());
    }
}
