package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.failure.TemplateException;
import dev.molink.gateway.template.failure.TemplateLimitException;
import dev.molink.gateway.template.failure.TemplateLimits;
import dev.molink.gateway.template.syntax.Statement;
import dev.molink.gateway.template.syntax.Vocabulary;
import dev.molink.gateway.template.value.JavaValues;
import dev.molink.gateway.template.value.TextBuilder;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Runs parsed templates. Has no state of its own, so many threads may use it at once. */
public final class Interpreter {
    private final List<Statement> template;
    private final TemplateLimits limits;

    /** Will run {@code template} within {@code limits}. */
    public Interpreter(List<Statement> template, TemplateLimits limits) {
        this.template = List.copyOf(template);
        this.limits = limits;
    }

    /** The filters and tests that templates may name. */
    public static Vocabulary vocabulary() {
        return new Vocabulary(Filters.names(), Tests.names());
    }

    /**
     * What the template prints.
     *
     * @param context variables by name: null, strings, booleans, numbers, iterables and maps with string keys
     * @throws TemplateException when the template refuses, fails or uses too much
     */
    public String render(Map<String, ? extends @Nullable Object> context, Clock clock, RandomGenerator random) {
        var budget = new Budget(limits);
        var rendering = new Rendering(budget, clock, random);
        try {
            Scope globals = new Scope();
            Globals.VALUES.forEach(globals::set);
            Scope variables = globals.inner();
            JavaValues.dict(context, budget)
                    .entries()
                    .forEach(entry -> variables.set(entry.key().toText(budget), entry.value()));
            Scope scope = variables.inner();
            var executor = new Executor(rendering, scope);
            globals.set("self", new BlocksValue(template, executor));
            var out = new TextBuilder(budget, limits.maxOutputCharacters());
            executor.execute(template, scope, out);
            return out.toString();
        } catch (TemplateEvaluationException failure) {
            throw failure.atLine(rendering.line());
        } catch (StackOverflowError overflow) {
            var failure = new TemplateLimitException("the template nests deeper than this thread's stack");
            failure.initCause(overflow);
            throw failure;
        }
    }
}
