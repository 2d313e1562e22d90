package dev.molink.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.failure.TemplateException;
import dev.molink.gateway.template.failure.TemplateLimitException;
import dev.molink.gateway.template.failure.TemplateRaisedException;
import dev.molink.gateway.template.failure.TemplateSyntaxException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every case of the fixtures renders as in Python, character for character, or fails for the same reason. */
class TemplateFixtureTests {
    private static final String FOLDER = "fixtures/";

    @TestFactory
    Stream<DynamicNode> rendersTemplatesAsPythonDoes() {
        return Stream.of(
                        "bracket-tools",
                        "bracket-turns",
                        "called-blocks",
                        "carriage-returns",
                        "channels",
                        "comments-and-raw",
                        "controls-and-date",
                        "dated-header-tools",
                        "dates",
                        "declared-functions",
                        "documents-preamble",
                        "escaping",
                        "filters-lists",
                        "filters-mappings",
                        "filters-strings",
                        "generation-marks",
                        "header-turns",
                        "hostile",
                        "instruction-blocks",
                        "keyed-arguments",
                        "loop-everything",
                        "numbers",
                        "one-liners",
                        "operators",
                        "plain-turns",
                        "plan-and-act",
                        "python-printing",
                        "python-types",
                        "reasoning-history",
                        "reasoning-prefix",
                        "recursive-tree",
                        "scoping",
                        "sorted-json",
                        "start-end-turns",
                        "stateful-macros",
                        "string-methods",
                        "tests-all",
                        "thinking-switches",
                        "typed-parts",
                        "undefined-handling",
                        "whitespace",
                        "xml-tools")
                .map(name -> {
                    String source = TemplateFixtures.text(FOLDER + name + ".jinja");
                    return dynamicContainer(
                            name,
                            TemplateFixtures.json(FOLDER + name + ".json").stream()
                                    .map(fixture -> test("case " + fixture.get("name"), source, fixture)));
                });
    }

    @TestFactory
    Stream<DynamicNode> rendersSnippetsAsPythonDoes() {
        return Stream.of("snippets", "further-snippets").map(name -> {
            var fixtures = TemplateFixtures.json(FOLDER + name + ".json");
            return dynamicContainer(name, IntStream.range(0, fixtures.size()).mapToObj(i -> {
                String source = (String) Objects.requireNonNull(fixtures.get(i).get("template"));
                return test(i + ": " + source.replace("\n", "\\n"), source, fixtures.get(i));
            }));
        });
    }

    private static DynamicTest test(String name, String source, Map<String, @Nullable Object> fixture) {
        return dynamicTest(name, () -> {
            if (fixture.get("error_type") instanceof String errorType) {
                assertFailure(source, fixture, errorType);
            } else {
                assertThat(render(source, fixture)).isEqualTo(fixture.get("expected"));
            }
        });
    }

    @SuppressWarnings("unchecked") // The fixtures' contexts are objects.
    private static String render(String source, Map<String, @Nullable Object> fixture) {
        Object context = Objects.requireNonNullElse(fixture.get("context"), Map.of());
        return TemplateFixtures.compile(source).render((Map<String, @Nullable Object>) context);
    }

    private static void assertFailure(String source, Map<String, @Nullable Object> fixture, String errorType) {
        var failure = assertThatThrownBy(() -> render(source, fixture));
        switch (errorType) {
            case "TemplateError" ->
                failure.isExactlyInstanceOf(TemplateRaisedException.class).hasMessage((String) fixture.get("error"));
            case "TemplateSyntaxError", "TemplateAssertionError", "SyntaxError" ->
                failure.isExactlyInstanceOf(TemplateSyntaxException.class);
            case "RecursionError" -> failure.isExactlyInstanceOf(TemplateLimitException.class);
            // What a limit has to stop may also be refused outright, as random text is.
            case "Limit", "OverflowError" ->
                failure.isInstanceOfAny(TemplateLimitException.class, TemplateEvaluationException.class);
            default -> failure.isExactlyInstanceOf(TemplateEvaluationException.class);
        }
        failure.isInstanceOf(TemplateException.class);
    }
}
