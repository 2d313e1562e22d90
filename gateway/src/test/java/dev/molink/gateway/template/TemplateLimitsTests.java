package dev.molink.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.gateway.template.failure.TemplateException;
import dev.molink.gateway.template.failure.TemplateLimitException;
import dev.molink.gateway.template.failure.TemplateLimits;
import dev.molink.gateway.template.failure.TemplateSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TemplateLimitsTests {
    private static final TemplateLimits SMALL = new TemplateLimits(10_000, 1_000, 20_000, 100, 64);

    private static String render(String source, TemplateLimits limits) {
        return ChatTemplate.compile(source, limits, TemplateFixtures.CLOCK).render(Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(10000) %}{% endfor %}",
                "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
                "{% for a in range(1000) %}{{ range(1000)|sum }}{% endfor %}",
                "{% for a in range(1000) %}{{ 1000 in range(1000) }}{% endfor %}",
                "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(14) }}"
            })
    void stopsATemplateThatTakesTooManySteps(String source) {
        assertThatThrownBy(() -> render(source, SMALL))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template needs more than 10000 steps");
    }

    @Test
    void countsScansOfLongTextsAsSteps() {
        String source = "{% set s = 'x' * 10000 %}{% for i in range(100) %}{{ 'yy' in s }}{% endfor %}";

        assertThatThrownBy(() -> render(source, SMALL)).hasMessage("the template needs more than 10000 steps");
    }

    @Test
    void comparesSharedStructuresOnlyAsLongAsStepsLast() {
        String doubled = "{% set ns = namespace(a=[1], b=[1]) %}{% for i in range(60) %}"
                + "{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}";

        assertThatThrownBy(() -> render(doubled + "{{ ns.a == ns.b }}", SMALL))
                .hasMessage("the template needs more than 10000 steps");
        assertThatThrownBy(() -> render(doubled + "{{ ns.a < ns.b }}", SMALL))
                .hasMessage("the template needs more than 10000 steps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'x' * 100000 }}",
                "{{ [0] * 100000 }}",
                "{{ 'x'|center(100000) }}",
                "{{ '%100000d' % 1 }}",
                "{{ '{:>100000}'.format(1) }}",
                "{{ '{:.100000f}'.format(1.0) }}",
                "{{ '%.99999999999f' % 1 }}",
                "{{ [1]|tojson(indent=100000) }}",
                "{{ 'a'|indent(100000, true) }}",
                "{% set ns = namespace(s='x') %}{% for i in range(50) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s='ab') %}{% for i in range(50) %}{% set ns.s = ns.s|replace('a', ns.s) %}"
                        + "{% endfor %}",
                "{% set ns = namespace(s='ab') %}{% for i in range(50) %}{% set ns.s = ns.s.join('123') %}{% endfor %}"
            })
    void stopsATemplateThatMakesTooMuchText(String source) {
        assertThatThrownBy(() -> render(source, SMALL))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template makes texts and lists of more than 20000 characters");
    }

    @Test
    void stopsATemplateThatWritesTooMuch() {
        assertThat(render("{{ 'x' * 1000 }}", SMALL)).hasSize(1000);
        assertThatThrownBy(() -> render("{{ 'x' * 1001 }}", SMALL))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template writes more than 1000 characters");
    }

    @Test
    void stopsCalculationsWithHugeIntegers() {
        assertThat(render("{{ 2 ** 63 }} {{ -(2 ** 63) }}", SMALL))
                .isEqualTo("9223372036854775808 -9223372036854775808");
        assertThatThrownBy(() -> render("{{ 2 ** 64 }}", SMALL))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template calculates with integers of more than 64 bits");
        assertThatThrownBy(() -> render("{{ 7 ** 99999999999999999999 }}", SMALL))
                .isExactlyInstanceOf(TemplateLimitException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
                "{% macro f(x) %}{% for y in [x] %}{{ [f(y)]|join }}{% endfor %}{% endmacro %}{{ f(1) }}",
                "{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}",
                "{% macro f() %}{% call f() %}{% endcall %}{{ caller }}{% endmacro %}{{ f() }}",
                "{% block b %}{{ self.b() }}{% endblock %}",
                "{% set ns = namespace(v=[]) %}{% for i in range(5000) %}{% set ns.v = [ns.v] %}{% endfor %}{{ ns.v }}"
            })
    void stopsRecursionBeforeTheStackOverflows(String source) throws InterruptedException {
        assertThatThrownBy(() -> render(source, TemplateLimits.DEFAULT))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template nests more than 400 evaluations");
        assertThat(failureInVirtualThread(source)).hasMessage("the template nests more than 400 evaluations");
    }

    private static @Nullable TemplateException failureInVirtualThread(String source) throws InterruptedException {
        var failure = new AtomicReference<@Nullable TemplateException>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        render(source, TemplateLimits.DEFAULT);
                    } catch (TemplateException expected) {
                        failure.set(expected);
                    }
                })
                .join();
        return failure.get();
    }

    @Test
    void endsWithALimitOnAStackThatIsTooSmallForTheDepthItAllows() {
        var deep = new TemplateLimits(100_000_000, 1_000, 1_000_000_000, 100_000_000, 64);

        assertThatThrownBy(() -> render("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", deep))
                .isExactlyInstanceOf(TemplateLimitException.class)
                .hasMessage("the template nests deeper than this thread's stack");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{1: ", "-", "not ", "f(", "x[", "1 if 1 else "})
    void refusesExpressionsThatNestTooDeep(String opening) {
        String source = "{{ " + opening.repeat(50_000);

        assertThatThrownBy(() -> ChatTemplate.compile(source))
                .isExactlyInstanceOf(TemplateSyntaxException.class)
                .hasMessage("line 1: nested more than 120 deep");
    }

    @Test
    void refusesStatementsThatNestTooDeep() {
        String source = "{% if 1 %}".repeat(10_000);

        assertThatThrownBy(() -> ChatTemplate.compile(source)).hasMessage("line 1: nested more than 120 deep");
    }

    @Test
    void stopsChainsThatAreDeepTreesWithoutNestingInTheSource() {
        String source = "{{ 1" + " + 1".repeat(10_000) + " }}";

        assertThatThrownBy(() -> render(source, TemplateLimits.DEFAULT))
                .hasMessage("the template nests more than 400 evaluations");
    }

    @Test
    void refusesSourcesOfMoreThanAMillionCharacters() {
        assertThatThrownBy(() -> ChatTemplate.compile("x".repeat(1_000_001)))
                .isExactlyInstanceOf(TemplateSyntaxException.class)
                .hasMessage("line 1: a template may have 1000000 characters, not 1000001");
    }

    @Test
    void stopsAtContextsThatNestTooDeep() {
        List<Object> nested = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            nested = new ArrayList<>(List.of(nested));
        }
        Map<String, Object> context = Map.of("x", nested);
        var template = ChatTemplate.compile("");

        assertThatThrownBy(() -> template.render(context)).isExactlyInstanceOf(TemplateLimitException.class);
    }

    @Test
    void limitsAreAtLeastOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TemplateLimits(1, 1, 1, 0, 1))
                .withMessage("maxDepth has to be at least 1, but is 0");
    }
}
