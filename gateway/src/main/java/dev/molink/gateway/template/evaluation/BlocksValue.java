package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.syntax.Statement;
import dev.molink.gateway.template.value.ObjectValue;
import dev.molink.gateway.template.value.Value;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The variable {@code self}: its attributes render the template's blocks once more. */
final class BlocksValue implements ObjectValue {
    private final List<Statement> template;
    private final Executor executor;

    BlocksValue(List<Statement> template, Executor executor) {
        this.template = template;
        this.executor = executor;
    }

    @Override
    public @Nullable Value attribute(String name) {
        return blocks(template)
                .filter(block -> block.name().equals(name))
                .findFirst()
                .map(executor::blockFunction)
                .orElse(null);
    }

    @Override
    public String typeName() {
        return "TemplateReference";
    }

    private static Stream<Statement.Block> blocks(List<Statement> statements) {
        return statements.stream().flatMap(BlocksValue::blocks);
    }

    private static Stream<Statement.Block> blocks(Statement statement) {
        return switch (statement) {
            case Statement.Block block -> Stream.concat(Stream.of(block), blocks(block.body()));
            case Statement.If conditional ->
                Stream.concat(
                        conditional.branches().stream().flatMap(branch -> blocks(branch.body())),
                        blocks(conditional.otherwise()));
            case Statement.For loop -> Stream.concat(blocks(loop.body()), blocks(loop.otherwise()));
            case Statement.With with -> blocks(with.body());
            case Statement.FilterBlock filter -> blocks(filter.body());
            case Statement.SetBlock set -> blocks(set.body());
            case Statement.Autoescape autoescape -> blocks(autoescape.body());
            case Statement.Generation generation -> blocks(generation.body());
            case Statement.CallBlock call -> blocks(call.caller().body());
            case Statement.DefineMacro definition -> blocks(definition.macro().body());
            case Statement.Text ignored -> Stream.empty();
            case Statement.Print ignored -> Stream.empty();
            case Statement.Set ignored -> Stream.empty();
            case Statement.Break ignored -> Stream.empty();
            case Statement.Continue ignored -> Stream.empty();
            case Statement.LoadTemplate ignored -> Stream.empty();
        };
    }
}
