package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.evaluation.Executor.Flow;
import dev.molink.gateway.template.syntax.Expression;
import dev.molink.gateway.template.syntax.Statement;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Lazily;
import dev.molink.gateway.template.value.StreamValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import org.jspecify.annotations.Nullable;

/** Runs {@code for}. */
final class ForLoops {
    private static final String LOOP = "loop";

    private final Rendering rendering;
    private final Evaluator evaluator;
    private final Executor executor;

    ForLoops(Rendering rendering, Evaluator evaluator, Executor executor) {
        this.rendering = rendering;
        this.evaluator = evaluator;
        this.executor = executor;
    }

    Flow execute(Statement.For statement, Scope scope, TextBuilder out) {
        return run(statement, evaluator.evaluate(statement.elements(), scope), 0, scope, out);
    }

    private Flow run(Statement.For statement, Value elements, int depth, Scope scope, TextBuilder out) {
        LoopValue loop = loop(statement, elements, depth, scope);
        boolean anyEnded = false;
        for (Value element = loop.advance(); element != null; element = loop.advance()) {
            Scope inner = scope.inner();
            inner.set(LOOP, loop);
            executor.assign(statement.target(), element, inner);
            Flow flow = executor.execute(statement.body(), inner, out);
            if (flow == Flow.BROKEN) {
                break;
            }
            anyEnded |= flow == Flow.ENDED;
        }
        // Jinja2 looks for an iteration that came to its end, not for an empty collection.
        return anyEnded ? Flow.ENDED : executor.execute(statement.otherwise(), scope.inner(), out);
    }

    private LoopValue loop(Statement.For statement, Value elements, int depth, Scope scope) {
        Expression filter = statement.filter();
        Value iterable = filter == null ? elements : filtered(statement, filter, elements, scope);
        LoopValue.@Nullable Recursion recursion =
                statement.recursive() ? (inner, innerDepth) -> recurse(statement, inner, innerDepth, scope) : null;
        var iterator = Elements.iterator(iterable, rendering.budget());
        return new LoopValue(iterable, iterator, depth, recursion, rendering.budget());
    }

    private Value recurse(Statement.For statement, Value elements, int depth, Scope scope) {
        TextBuilder out = rendering.text();
        run(statement, elements, depth, scope, out);
        return rendering.captured(out);
    }

    /** Only what passes the filter counts as an element; the filter does not see {@code loop}. */
    private StreamValue filtered(Statement.For statement, Expression filter, Value elements, Scope scope) {
        var all = Elements.iterator(elements, rendering.budget());
        return StreamValue.generator(Lazily.filtered(all, element -> {
            Scope inner = scope.inner();
            executor.assign(statement.target(), element, inner);
            return evaluator.evaluate(filter, inner).isTrue();
        }));
    }
}
