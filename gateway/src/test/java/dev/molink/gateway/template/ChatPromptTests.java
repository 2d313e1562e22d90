package dev.molink.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPromptTests {
    private static final Map<String, Object> QUESTION = Map.of("role", "user", "content", "Hi");

    @Test
    void definesToolsAndDocumentsAsNoneWhenThereAreNone() {
        String text = ChatTemplate.compile("{{ tools is defined }} {{ tools is none }} {{ documents is none }} "
                        + "{{ add_generation_prompt }} {{ bos_token is defined }}")
                .render(ChatPrompt.of(List.of(QUESTION)).context());

        assertThat(text).isEqualTo("True True True True False");
    }

    @Test
    void passesEverythingUnderItsName() {
        Map<String, Object> tool = Map.of("type", "function");
        var prompt = ChatPrompt.of(List.of(QUESTION))
                .withTools(List.of(tool))
                .withDocuments(List.of(Map.of("title", "t")))
                .withSpecialTokens(Map.of("bos_token", "<s>", "eos_token", "</s>"))
                .withVariables(Map.of("enable_thinking", false, "eos_token", "<end>"))
                .withoutGenerationPrompt();

        assertThat(prompt.context())
                .containsOnly(
                        entry("messages", List.of(QUESTION)),
                        entry("tools", List.of(tool)),
                        entry("documents", List.of(Map.of("title", "t"))),
                        entry("add_generation_prompt", false),
                        entry("bos_token", "<s>"),
                        entry("eos_token", "<end>"),
                        entry("enable_thinking", false));
    }

    @Test
    void refusesVariablesThatHaveAFieldOfTheirOwn() {
        var prompt = ChatPrompt.of(List.of(QUESTION));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> prompt.withVariables(Map.of("messages", List.of())))
                .withMessageContaining("'messages'");
    }

    @Test
    void keepsTheOrderOfKeys() {
        var message = new LinkedHashMap<String, Object>();
        message.put("role", "user");
        message.put("z", 1);
        message.put("a", 2);

        String text = ChatTemplate.compile("{{ messages|tojson }}")
                .render(ChatPrompt.of(List.of(message)).context());

        assertThat(text).isEqualTo("[{\"role\": \"user\", \"z\": 1, \"a\": 2}]");
    }

    @Test
    void parsesToolCallArgumentsThatClientsSendAsText() {
        assertThat(renderArguments("{\"b\": 1.0, \"a\": [null, 12345678901234567890]}"))
                .isEqualTo("{\"b\": 1.0, \"a\": [null, 12345678901234567890]}");
        assertThat(renderArguments("")).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{broken", "[1]", "\"text\"", "{} {}"})
    void keepsToolCallArgumentsThatAreNoObject(String arguments) {
        assertThat(ChatPrompt.of(List.of(callWith(arguments))).context())
                .containsEntry("messages", List.of(callWith(arguments)));
    }

    private static String renderArguments(String arguments) {
        return ChatTemplate.compile("{{ messages[0].tool_calls[0].function.arguments|tojson }}")
                .render(ChatPrompt.of(List.of(callWith(arguments))).context());
    }

    private static Map<String, Object> callWith(String arguments) {
        Map<String, Object> function = Map.of("name", "f", "arguments", arguments);
        return Map.of("role", "assistant", "tool_calls", List.of(Map.of("id", "1", "function", function)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "thinking", "reasoning"})
    void showsThoughtsUnderEachNameInUse(String name) {
        Map<String, Object> answer = Map.of("role", "assistant", "content", "Yes", name, "hm");
        var template = ChatTemplate.compile(
                "{% for m in messages %}{{ m.reasoning_content }}{{ m.thinking }}{{ m.reasoning }}" + "{% endfor %}");

        String text = template.render(ChatPrompt.of(List.of(QUESTION, answer)).context());

        assertThat(text).isEqualTo("hmhmhm");
    }

    @Test
    void doesNotShowTheConversationInItsOwnText() {
        assertThat(ChatPrompt.of(List.of(QUESTION))).hasToString("ChatPrompt of 1 messages and 0 tools");
    }
}
