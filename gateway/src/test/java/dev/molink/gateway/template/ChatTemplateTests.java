package dev.molink.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.failure.TemplateRaisedException;
import dev.molink.gateway.template.failure.TemplateSyntaxException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatTemplateTests {
    @Test
    void tellsTheLineOfASyntaxError() {
        assertThatThrownBy(() -> ChatTemplate.compile("a\n{% if x %}\n{{ 1 + }}\n{% endif %}"))
                .isInstanceOfSatisfying(
                        TemplateSyntaxException.class,
                        failure -> assertThat(failure.line()).isEqualTo(3))
                .hasMessage("line 3: unexpected end of print statement");
    }

    @Test
    void namesTheTagsThatAreMissing() {
        assertThatThrownBy(() -> ChatTemplate.compile("{% for x in y %}\n"))
                .isExactlyInstanceOf(TemplateSyntaxException.class)
                .hasMessageContaining("endfor");
    }

    @Test
    void refusesUnknownFiltersUnlessAConditionGuardsThem() {
        assertThatThrownBy(() -> ChatTemplate.compile("\n{{ x|shout }}"))
                .hasMessage("line 2: No filter named 'shout'.");
        assertThatThrownBy(() -> ChatTemplate.compile("{{ x is loud }}")).hasMessage("line 1: No test named 'loud'.");
        assertThat(TemplateFixtures.render("{% if 'shout' is filter %}{{ x|shout }}{% else %}quiet{% endif %}"))
                .isEqualTo("quiet");
    }

    @Test
    void tellsTheLineOfAnOperationThatFails() {
        var template =
                ChatTemplate.compile("{% set a = 1 %}\n{% for m in messages %}\n{{ m.content + 'x' }}{% endfor %}");
        Map<String, @Nullable Object> message = new HashMap<>();
        message.put("content", null);
        Map<String, Object> context = Map.of("messages", List.of(message));

        assertThatThrownBy(() -> template.render(context))
                .isExactlyInstanceOf(TemplateEvaluationException.class)
                .hasMessage("line 3: unsupported operand type(s) for +: 'NoneType' and 'str'");
    }

    @Test
    void passesOnTheTemplatesOwnMessage() {
        assertThatThrownBy(() -> TemplateFixtures.render("{{ raise_exception('Roles have to ' ~ 'alternate!') }}"))
                .isExactlyInstanceOf(TemplateRaisedException.class)
                .hasMessage("Roles have to alternate!");
    }

    @Test
    void takesEachKindOfPlainData() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("none", null);
        data.put("text", "é");
        data.put("truth", true);
        data.put("int", 1);
        data.put("long", 1L << 40);
        data.put("big", BigInteger.TWO.pow(70));
        data.put("real", 0.5);
        data.put("decimal", new BigDecimal("2.50"));
        data.put("list", Arrays.asList(1, null));
        data.put("map", Map.of("k", List.of()));

        String text = ChatTemplate.compile("{{ data }}").render(Map.of("data", data));

        assertThat(text)
                .isEqualTo("{'none': None, 'text': 'é', 'truth': True, 'int': 1, 'long': 1099511627776, "
                        + "'big': 1180591620717411303424, 'real': 0.5, 'decimal': 2.5, 'list': [1, None], "
                        + "'map': {'k': []}}");
    }

    @Test
    void refusesDataThatIsNotPlain() {
        var template = ChatTemplate.compile("");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.render(Map.of("x", new StringBuilder().chars())))
                .withMessageStartingWith("a template takes plain data, not a ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> template.render(Map.of("x", Map.of(1, 2))))
                .withMessage("the keys of a template's data are strings, not 1");
    }

    @Test
    void doesNotChangeTheContext() {
        Map<String, Object> context = Map.of("messages", List.of("a"));
        var template = ChatTemplate.compile("{% set messages = messages + ['b'] %}{{ messages }}");

        assertThat(template.render(context)).isEqualTo("['a', 'b']");
        assertThat(template.render(context)).isEqualTo("['a', 'b']");
        assertThat(context).isEqualTo(Map.of("messages", List.of("a")));
    }

    @Test
    void forgetsWhatATemplateSetBeforeTheNextRendering() {
        var template = ChatTemplate.compile("{{ seen is defined }}{% set seen = 1 %}{% set ns = namespace(n=0) %}"
                + "{% set ns.n = ns.n + 1 %}{{ ns.n }}");

        assertThat(template.render(Map.of())).isEqualTo("False1");
        assertThat(template.render(Map.of())).isEqualTo("False1");
    }

    @Test
    void rendersInManyThreadsAtOnce() throws Exception {
        var template = ChatTemplate.compile("{% set ns = namespace(t='') %}{% macro add(x) %}{% set ns.t = ns.t ~ x %}"
                + "{% endmacro %}{% for i in range(200) %}{{ add(who) }}{% endfor %}{{ ns.t }}");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = IntStream.range(0, 16)
                    .mapToObj(i -> executor.submit(() -> template.render(Map.of("who", "t" + i + ";"))))
                    .toList();

            for (int i = 0; i < texts.size(); i++) {
                assertThat(texts.get(i).get()).isEqualTo(("t" + i + ";").repeat(200));
            }
        }
    }

    @Test
    void choosesRandomElementsFromTheSequence() {
        assertThat(TemplateFixtures.render("{{ [1, 2, 3]|random in [1, 2, 3] }} {{ 'é'|random }}"))
                .isEqualTo("True é");
    }

    @Test
    void refusesWhatWouldMakeEveryPromptDifferent() {
        assertThatThrownBy(() -> TemplateFixtures.render("{{ lipsum() }}"))
                .isExactlyInstanceOf(TemplateEvaluationException.class)
                .hasMessage("line 1: lipsum() makes random text and is not supported");
    }

    @Test
    void refusesNamespaceAttributesWithUnderscoresAsTransformersDoes() {
        assertThatThrownBy(() -> TemplateFixtures.render("{{ namespace(_a=1) }}"))
                .isExactlyInstanceOf(TemplateEvaluationException.class);
    }
}
