package dev.molink.gateway.template;

import dev.molink.gateway.template.failure.TemplateLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Templates with the texts that Python's Jinja2 makes of them, and the clock they were rendered by. */
final class TemplateFixtures {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2025-03-14T15:09:26Z"), ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();

    private TemplateFixtures() {}

    /** Compiles with the fixtures' clock. */
    static ChatTemplate compile(String source) {
        return ChatTemplate.compile(source, TemplateLimits.DEFAULT, CLOCK);
    }

    /** Renders a template that needs no variables. */
    static String render(String source) {
        return compile(source).render(Map.of());
    }

    static String text(String resource) {
        try (InputStream in = TemplateFixtures.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new AssertionError(resource, failure);
        }
    }

    static List<Map<String, @Nullable Object>> json(String resource) {
        return JSON.readValue(text(resource), new TypeReference<>() {});
    }
}
