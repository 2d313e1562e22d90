package dev.molink.gateway.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The variables that Hugging Face's {@code apply_chat_template} gives a template: {@code messages}, {@code tools},
 * {@code documents}, {@code add_generation_prompt}, the special tokens by their names, and what the caller adds. All of
 * it is plain data in the order it came; {@code tools} and {@code documents} are defined and none when there are none.
 *
 * @param messages maps with {@code role}, {@code content} and what else the client sent
 * @param tools JSON schemas of functions, or null
 * @param documents maps, or null
 * @param addGenerationPrompt whether the prompt ends where the assistant's answer begins
 * @param specialTokens tokens by name, as {@code bos_token}
 * @param variables further variables, as {@code enable_thinking}; they win over special tokens
 */
public record ChatPrompt(
        List<? extends Map<String, ? extends @Nullable Object>> messages,
        @Nullable List<? extends @Nullable Object> tools,
        @Nullable List<? extends @Nullable Object> documents,
        boolean addGenerationPrompt,
        Map<String, String> specialTokens,
        Map<String, ? extends @Nullable Object> variables) {
    private static final String MESSAGES = "messages";
    private static final String TOOLS = "tools";
    private static final String DOCUMENTS = "documents";
    private static final String ADD_GENERATION_PROMPT = "add_generation_prompt";
    private static final Set<String> OWN = Set.of(MESSAGES, TOOLS, DOCUMENTS, ADD_GENERATION_PROMPT);
    private static final List<String> REASONING = List.of("reasoning_content", "thinking", "reasoning");
    private static final String TOOL_CALLS = "tool_calls";
    private static final String FUNCTION = "function";
    private static final String ARGUMENTS = "arguments";
    private static final JsonMapper JSON = new JsonMapper();

    /** Refuses further variables that have the name of one of the others. */
    public ChatPrompt {
        messages = List.copyOf(messages);
        specialTokens = Map.copyOf(specialTokens);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        for (String name : variables.keySet()) {
            if (OWN.contains(name)) {
                throw new IllegalArgumentException(
                        "the template variable '" + name + "' has a field of its own and cannot be passed beside it");
            }
        }
    }

    /** A conversation that the assistant goes on with, without tools and documents. */
    public static ChatPrompt of(List<? extends Map<String, ? extends @Nullable Object>> messages) {
        return new ChatPrompt(messages, null, null, true, Map.of(), Map.of());
    }

    /** The same with tools; null for none. */
    public ChatPrompt withTools(@Nullable List<? extends @Nullable Object> offered) {
        return new ChatPrompt(messages, offered, documents, addGenerationPrompt, specialTokens, variables);
    }

    /** The same with documents; null for none. */
    public ChatPrompt withDocuments(@Nullable List<? extends @Nullable Object> given) {
        return new ChatPrompt(messages, tools, given, addGenerationPrompt, specialTokens, variables);
    }

    /** The same, ending with the last message instead of the beginning of an answer. */
    public ChatPrompt withoutGenerationPrompt() {
        return new ChatPrompt(messages, tools, documents, false, specialTokens, variables);
    }

    /** The same with the tokenizer's special tokens. */
    public ChatPrompt withSpecialTokens(Map<String, String> tokens) {
        return new ChatPrompt(messages, tools, documents, addGenerationPrompt, tokens, variables);
    }

    /** The same with further variables. */
    public ChatPrompt withVariables(Map<String, ? extends @Nullable Object> further) {
        return new ChatPrompt(messages, tools, documents, addGenerationPrompt, specialTokens, further);
    }

    /**
     * The variables for {@link ChatTemplate#render}.
     *
     * <p>Two things are brought into the form that templates are written for: an assistant's thoughts are found under
     * each of the names in use, and a tool call's arguments are the object that OpenAI clients send as JSON text.
     * Arguments that are no JSON object stay text.
     */
    public Map<String, @Nullable Object> context() {
        Map<String, @Nullable Object> context = new LinkedHashMap<>(specialTokens);
        context.putAll(variables);
        context.put(MESSAGES, messages.stream().map(ChatPrompt::normalized).toList());
        context.put(TOOLS, tools);
        context.put(DOCUMENTS, documents);
        context.put(ADD_GENERATION_PROMPT, addGenerationPrompt);
        return context;
    }

    private static Map<String, @Nullable Object> normalized(Map<String, ? extends @Nullable Object> message) {
        Map<String, @Nullable Object> normalized = new LinkedHashMap<>(message);
        for (String name : REASONING) {
            Object thoughts = message.get(name);
            if (thoughts != null) {
                REASONING.forEach(other -> normalized.putIfAbsent(other, thoughts));
                break;
            }
        }
        if (message.get(TOOL_CALLS) instanceof List<?> calls) {
            List<@Nullable Object> parsed = new ArrayList<>();
            calls.forEach(call -> parsed.add(withParsedArguments(call)));
            normalized.put(TOOL_CALLS, parsed);
        }
        return normalized;
    }

    private static @Nullable Object withParsedArguments(@Nullable Object call) {
        if (!(call instanceof Map<?, ?> fields) || !(fields.get(FUNCTION) instanceof Map<?, ?> function)) {
            return call;
        }
        if (!(function.get(ARGUMENTS) instanceof String text)) {
            return call;
        }
        return replaced(fields, FUNCTION, replaced(function, ARGUMENTS, parsed(text)));
    }

    private static Map<@Nullable Object, @Nullable Object> replaced(Map<?, ?> map, String key, Object value) {
        Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>(map);
        copy.put(key, value);
        return copy;
    }

    private static Object parsed(String arguments) {
        if (arguments.isBlank()) {
            return Map.of();
        }
        try {
            return JSON.readValue(arguments, Object.class) instanceof Map<?, ?> object ? object : arguments;
        } catch (JacksonException noJson) {
            return arguments;
        }
    }

    /** Prompts are never logged: how much there is, not what. */
    @Override
    public String toString() {
        return "ChatPrompt of " + messages.size() + " messages and " + (tools == null ? 0 : tools.size()) + " tools";
    }
}
