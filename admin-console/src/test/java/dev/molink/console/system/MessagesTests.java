package dev.molink.console.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.console.access.Area;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every text of every page is a message, every message exists, and every message is used. */
class MessagesTests {

    private static final Path TEMPLATES = Path.of("src/main/resources/templates");
    private static final Path SOURCES = Path.of("src/main/java");

    private static final Pattern MESSAGE = Pattern.compile("#\\{([a-z][A-Za-z0-9.]*)[(}]");
    /** A message whose key ends with a value: {@code #{${'area.' + entry.path}}} or a state's kind. */
    private static final Pattern PREFIX = Pattern.compile("'([a-z][a-z.]*?)\\.?' ?(?:\\+|, \\$\\{)");

    private static final Pattern IN_SOURCE = Pattern.compile("\"([a-z]+(?:\\.[a-zA-Z0-9]+)+)\"");
    private static final Pattern MARKUP = Pattern.compile("<!--.*?-->|<!DOCTYPE[^>]*>|<[^>]*>", Pattern.DOTALL);
    private static final Pattern TEXT_ATTRIBUTE =
            Pattern.compile("\\s(?:alt|title|placeholder|aria-label|data-label)=\"[^\"]+\"");

    @Test
    void noTemplateHasTextOfItsOwn() throws IOException {
        for (Path template : templates()) {
            String markup = Files.readString(template);

            assertThat(MARKUP.matcher(markup).replaceAll("").strip())
                    .as("text in %s", template)
                    .isEmpty();
            assertThat(TEXT_ATTRIBUTE
                            .matcher(markup)
                            .results()
                            .map(result -> result.group())
                            .toList())
                    .as("attributes of %s", template)
                    .isEmpty();
            assertThat(markup).as("%s", template).doesNotContain("th:utext").doesNotContain("__${");
        }
    }

    @Test
    void everyMessageThatATemplateNamesExists() throws IOException {
        assertThat(messages().stringPropertyNames()).containsAll(named());
    }

    @Test
    void everyValueThatEndsAKeyHasItsMessage() throws IOException {
        Stream<String> expected = Stream.of(
                        keys("area.", Arrays.stream(Area.values()).map(Area::path)),
                        keys("role.", dev.molink.controlplane.access.Role.values()),
                        keys("node.state.", dev.molink.controlplane.fleet.NodeStatus.State.values()),
                        keys("pipeline.state.", dev.molink.controlplane.fleet.PipelineStatus.State.values()),
                        keys("health.", dev.molink.console.overview.Health.values()),
                        keys("members.state.", "ACTIVE", "DEACTIVATED"),
                        keys("members.problem.", "EMAIL", "TAKEN", "ONLY_OWNER", "ACCEPTED"),
                        keys("invite.problem.", "NOT_ALLOWED", "TAKEN", "BUSY"),
                        keys("account.problem.", "WRONG_PASSWORD", "NOT_ALLOWED", "THROTTLED", "BUSY"),
                        keys("invite.state.", dev.molink.controlplane.members.Invite.Status.values()),
                        keys("login.outcome.", dev.molink.console.login.LoginOutcome.values()),
                        keys("keys.problem.", dev.molink.controlplane.RefusedException.Reason.values()))
                .flatMap(keys -> keys);

        assertThat(messages().stringPropertyNames()).containsAll(expected.toList());
    }

    @Test
    void everyMessageIsUsed() throws IOException {
        Set<String> used = named();
        Set<String> prefixes = new TreeSet<>();
        for (Path template : templates()) {
            PREFIX.matcher(Files.readString(template)).results().forEach(found -> prefixes.add(found.group(1) + "."));
        }
        try (Stream<Path> sources =
                Files.walk(SOURCES).filter(path -> path.toString().endsWith(".java"))) {
            for (Path source : sources.toList()) {
                IN_SOURCE.matcher(Files.readString(source)).results().forEach(found -> used.add(found.group(1)));
            }
        }

        assertThat(messages().stringPropertyNames())
                .allSatisfy(key -> assertThat(used.contains(key)
                                || prefixes.stream().anyMatch(key::startsWith)
                                || used.stream().anyMatch(part -> isErrorKey(key, part)))
                        .as("'%s' is used", key)
                        .isTrue());
    }

    @Test
    void everyMessageIsWellFormed() throws IOException {
        Properties messages = messages();

        assertThat(messages.stringPropertyNames()).allSatisfy(key -> {
            String text = messages.getProperty(key);
            assertThat(text).as(key).isNotBlank();
            assertThat(new java.text.MessageFormat(text, Locale.ENGLISH).format(new Object[] {1, 2}))
                    .as(key)
                    .isNotBlank();
        });
    }

    /** The titles and hints of error pages: their key is the kind of error with an ending. */
    private static boolean isErrorKey(String key, String kind) {
        return kind.startsWith("error.") && (key.equals(kind + ".title") || key.equals(kind + ".hint"));
    }

    private static Set<String> named() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path template : templates()) {
            Matcher matcher = MESSAGE.matcher(Files.readString(template));
            matcher.results().forEach(found -> named.add(found.group(1)));
        }
        assertThat(named).as("message keys in templates").hasSizeGreaterThan(40);
        return named;
    }

    private static Stream<String> keys(String prefix, Enum<?>[] values) {
        return keys(prefix, Arrays.stream(values).map(Enum::name));
    }

    private static Stream<String> keys(String prefix, String... endings) {
        return keys(prefix, Arrays.stream(endings));
    }

    private static Stream<String> keys(String prefix, Stream<String> endings) {
        return endings.map(ending -> prefix + ending);
    }

    private static Set<Path> templates() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATES)) {
            return new TreeSet<>(
                    files.filter(path -> path.toString().endsWith(".html")).toList());
        }
    }

    private static Properties messages() throws IOException {
        Properties messages = new Properties();
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(MessagesTests.class.getResourceAsStream("/console-messages.properties")),
                StandardCharsets.UTF_8)) {
            messages.load(reader);
        }
        return messages;
    }
}
