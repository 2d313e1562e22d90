package dev.molink.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The bundled model's template makes the prompts that its golden answers belong to. */
class DemoTemplateTests {
    private final ChatTemplate template = TemplateFixtures.compile(TemplateFixtures.text("demo.jinja"));

    @TestFactory
    Stream<DynamicTest> makesTheGoldenPrompts() {
        return TemplateFixtures.json("demo-prompts.json").stream()
                .map(golden -> dynamicTest(
                        String.valueOf(golden.get("question")),
                        () -> assertThat(render(golden.get("question"))).isEqualTo(golden.get("prompt"))));
    }

    private String render(@Nullable Object question) {
        return template.render(ChatPrompt.of(List.of(Map.of("role", "user", "content", String.valueOf(question))))
                .context());
    }

    @Test
    void showsToolsAndTheirCalls() {
        Map<String, Object> call = Map.of("name", "weather", "arguments", "{\"city\":\"Bern\",\"days\":2}");
        var prompt = ChatPrompt.of(List.of(
                        Map.of("role", "system", "content", "Short."),
                        Map.of("role", "assistant", "content", "", "tool_calls", List.of(Map.of("function", call)))))
                .withTools(List.of(Map.of("type", "function")));

        String text = template.render(prompt.context());

        assertThat(text)
                .isEqualTo("<|im_start|>system\nShort.\n\n# Tools\n{\"type\": \"function\"}\n\n"
                        + "Call a tool with <tool_call>{\"name\": ..., \"arguments\": ...}</tool_call>.<|im_end|>\n"
                        + "<|im_start|>assistant\n<tool_call>{\"name\": \"weather\", \"arguments\": "
                        + "{\"city\": \"Bern\", \"days\": 2}}</tool_call><|im_end|>\n<|im_start|>assistant\n");
    }
}
