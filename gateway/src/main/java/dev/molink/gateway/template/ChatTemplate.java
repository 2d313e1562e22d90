package dev.molink.gateway.template;

import dev.molink.gateway.template.evaluation.Interpreter;
import dev.molink.gateway.template.failure.TemplateException;
import dev.molink.gateway.template.failure.TemplateLimits;
import dev.molink.gateway.template.failure.TemplateSyntaxException;
import dev.molink.gateway.template.syntax.TemplateParser;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A chat template in the dialect that Hugging Face's {@code apply_chat_template} renders: Jinja2 3.1 in its immutable
 * sandbox with {@code trim_blocks}, {@code lstrip_blocks}, {@code break}, {@code continue}, {@code generation},
 * {@code tojson} without escapes for HTML, {@code raise_exception} and {@code strftime_now}.
 *
 * <p>What it renders is what Python renders, character for character, or an exception. Immutable; one instance serves
 * any number of threads.
 */
public final class ChatTemplate {
    private static final int MAX_SOURCE_CHARACTERS = 1_000_000;

    private final Interpreter interpreter;
    private final Clock clock;

    private ChatTemplate(Interpreter interpreter, Clock clock) {
        this.interpreter = interpreter;
        this.clock = clock;
    }

    /**
     * Compiles with the default limits and the system's clock.
     *
     * @throws TemplateSyntaxException with the line, when the source is no template
     */
    public static ChatTemplate compile(String source) {
        return compile(source, TemplateLimits.DEFAULT, Clock.system(ZoneId.systemDefault()));
    }

    /**
     * Compiles; {@code clock} is what {@code strftime_now} reads.
     *
     * @throws TemplateSyntaxException with the line, when the source is no template
     */
    public static ChatTemplate compile(String source, TemplateLimits limits, Clock clock) {
        if (source.length() > MAX_SOURCE_CHARACTERS) {
            throw new TemplateSyntaxException(
                    1, "a template may have " + MAX_SOURCE_CHARACTERS + " characters, not " + source.length());
        }
        var statements = TemplateParser.parse(source, Interpreter.vocabulary());
        return new ChatTemplate(new Interpreter(statements, limits), clock);
    }

    /**
     * The prompt.
     *
     * @param context variables by name: null (Python's None), strings, booleans, numbers, lists and maps with string
     *     keys, whose order is kept; a variable that is missing is undefined. {@link ChatPrompt} builds the usual one.
     * @throws TemplateException when the template refuses the conversation, fails on it or uses too much; its
     *     subclasses tell which
     * @throws IllegalArgumentException when the context holds anything but plain data
     */
    public String render(Map<String, ? extends @Nullable Object> context) {
        return interpreter.render(context, clock, ThreadLocalRandom.current());
    }
}
