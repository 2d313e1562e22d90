package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.HtmlText;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import dev.molink.gateway.template.syntax.Statement;
import dev.molink.gateway.template.syntax.Statement.Assignment;
import dev.molink.gateway.template.syntax.Statement.Branch;
import dev.molink.gateway.template.syntax.Statement.Target;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs statements. */
final class Executor {
    /** How a body ended. */
    enum Flow {
        /** At its end. */
        ENDED,
        /** By {@code break}. */
        BROKEN,
        /** By {@code continue}. */
        CONTINUED
    }

    private static final String CALLER = "caller";

    private final Rendering rendering;
    private final Evaluator evaluator;
    private final Scope templateScope;
    private final ForLoops loops;

    /** {@code templateScope} is where the template's own variables are, which is what blocks see. */
    Executor(Rendering rendering, Scope templateScope) {
        this.rendering = rendering;
        this.templateScope = templateScope;
        this.evaluator = new Evaluator(rendering);
        this.loops = new ForLoops(rendering, evaluator, this);
    }

    /** Runs a body; stops at the first {@code break} or {@code continue}. */
    Flow execute(List<Statement> body, Scope scope, TextBuilder out) {
        rendering.budget().enter();
        Flow flow = Flow.ENDED;
        for (Statement statement : body) {
            rendering.budget().step();
            rendering.line(statement.line());
            flow = execute(statement, scope, out);
            if (flow != Flow.ENDED) {
                break;
            }
        }
        rendering.budget().leave();
        return flow;
    }

    private Flow execute(Statement statement, Scope scope, TextBuilder out) {
        return switch (statement) {
            case Statement.Text text -> {
                out.append(text.text());
                yield Flow.ENDED;
            }
            case Statement.Print print -> print(evaluator.evaluate(print.expression(), scope), out);
            case Statement.If conditional -> executeIf(conditional, scope, out);
            case Statement.For loop -> loops.execute(loop, scope, out);
            case Statement.Set set -> set(set, scope);
            case Statement.SetBlock block -> setBlock(block, scope);
            case Statement.DefineMacro definition -> defineMacro(definition, scope);
            case Statement.CallBlock call -> call(call, scope, out);
            case Statement.FilterBlock block -> filter(block, scope, out);
            case Statement.With with -> execute(with.body(), assigned(with.assignments(), scope), out);
            case Statement.Autoescape autoescape -> autoescape(autoescape, scope, out);
            case Statement.Block block -> execute(block.body(), (block.scoped() ? scope : templateScope).inner(), out);
            case Statement.Generation generation -> execute(generation.body(), scope.inner(), out);
            case Statement.Break ignored -> Flow.BROKEN;
            case Statement.Continue ignored -> Flow.CONTINUED;
            case Statement.LoadTemplate load ->
                throw new TemplateEvaluationException(
                        "'" + load.tag() + "' names another template, but a chat template stands alone");
        };
    }

    private Flow print(Value value, TextBuilder out) {
        if (rendering.autoescape()) {
            out.append(HtmlText.escape(value, rendering.budget()).text());
        } else {
            value.write(out);
        }
        return Flow.ENDED;
    }

    private Flow executeIf(Statement.If conditional, Scope scope, TextBuilder out) {
        for (Branch branch : conditional.branches()) {
            rendering.line(branch.line());
            if (evaluator.evaluate(branch.condition(), scope).isTrue()) {
                return execute(branch.body(), scope, out);
            }
        }
        return execute(conditional.otherwise(), scope, out);
    }

    private Flow set(Statement.Set set, Scope scope) {
        requireNamespaces(set.target(), scope);
        assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
        return Flow.ENDED;
    }

    /** Checked before the value is evaluated, as Jinja2 does. */
    private static void requireNamespaces(Target target, Scope scope) {
        switch (target) {
            case Target.Variable ignored -> {
                // Any variable can be set.
            }
            case Target.NamespaceAttribute attribute -> namespace(attribute, scope);
            case Target.Unpacked unpacked -> unpacked.targets().forEach(element -> requireNamespaces(element, scope));
        }
    }

    private static NamespaceValue namespace(Target.NamespaceAttribute attribute, Scope scope) {
        if (scope.get(attribute.namespace()) instanceof NamespaceValue namespace) {
            return namespace;
        }
        throw new TemplateEvaluationException("cannot assign attribute on non-namespace object");
    }

    /** Gives {@code value} to the target. */
    void assign(Target target, Value value, Scope scope) {
        switch (target) {
            case Target.Variable variable -> scope.set(variable.name(), value);
            case Target.NamespaceAttribute attribute ->
                namespace(attribute, scope).set(attribute.attribute(), value);
            case Target.Unpacked unpacked -> unpack(unpacked.targets(), value, scope);
        }
    }

    private void unpack(List<Target> targets, Value value, Scope scope) {
        if (!value.isIterable()) {
            throw new TemplateEvaluationException("cannot unpack non-iterable " + value.typeName() + " object");
        }
        var elements = new ArrayList<Value>();
        Iterator<Value> all = value.iterator();
        while (all.hasNext() && elements.size() <= targets.size()) {
            elements.add(all.next());
        }
        if (elements.size() != targets.size()) {
            String problem = elements.size() > targets.size() ? "too many" : "not enough";
            throw new TemplateEvaluationException(problem + " values to unpack (expected " + targets.size() + ")");
        }
        for (int i = 0; i < targets.size(); i++) {
            assign(targets.get(i), elements.get(i), scope);
        }
    }

    private Scope assigned(List<Assignment> assignments, Scope scope) {
        Scope inner = scope.inner();
        for (Assignment assignment : assignments) {
            assign(assignment.target(), evaluator.evaluate(assignment.value(), scope), inner);
        }
        return inner;
    }

    private Flow setBlock(Statement.SetBlock block, Scope scope) {
        requireNamespaces(block.target(), scope);
        TextBuilder captured = rendering.text();
        Scope inner = scope.inner();
        Flow flow = execute(block.body(), inner, captured);
        if (flow == Flow.ENDED) {
            assign(block.target(), filtered(captured, block.filters(), inner), scope);
        }
        return flow;
    }

    private Flow filter(Statement.FilterBlock block, Scope scope, TextBuilder out) {
        TextBuilder captured = rendering.text();
        Scope inner = scope.inner();
        Flow flow = execute(block.body(), inner, captured);
        return flow == Flow.ENDED ? print(filtered(captured, block.filters(), inner), out) : flow;
    }

    private Value filtered(TextBuilder captured, List<FilterStep> filters, Scope scope) {
        Value value = rendering.captured(captured);
        for (FilterStep step : filters) {
            value = evaluator.filter(value, step, scope);
        }
        return value;
    }

    private Flow defineMacro(Statement.DefineMacro definition, Scope scope) {
        var macro = new MacroValue(definition.macro(), scope, rendering.autoescape(), evaluator, this);
        scope.set(definition.macro().name(), macro);
        return Flow.ENDED;
    }

    private Flow call(Statement.CallBlock block, Scope scope, TextBuilder out) {
        var caller = new MacroValue(block.caller(), scope, rendering.autoescape(), evaluator, this);
        Value callee = evaluator.evaluate(block.call().callee(), scope);
        Arguments arguments =
                evaluator.arguments(block.call().arguments(), scope).with(CALLER, caller);
        return print(evaluator.call(callee, arguments), out);
    }

    private Flow autoescape(Statement.Autoescape autoescape, Scope scope, TextBuilder out) {
        boolean enabled = evaluator.evaluate(autoescape.enabled(), scope).isTrue();
        boolean before = rendering.autoescape(enabled);
        Flow flow = execute(autoescape.body(), scope.inner(), out);
        rendering.autoescape(before);
        return flow;
    }

    /** A function that renders a block once more, as {@code self.name} is. */
    FunctionValue blockFunction(Statement.Block block) {
        return FunctionValue.function(block.name(), Signature.of(), (arguments, ignored) -> {
            TextBuilder out = rendering.text();
            execute(block.body(), templateScope.inner(), out);
            return rendering.captured(out);
        });
    }
}
