package dev.molink.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.bench.relay.LinkShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class LinkFlagsTests {

    private final LinkFlags flags = new LinkFlags();

    @Test
    void leavesTheLinksAsTheyAreWithoutFlags() {
        assertThat(flags.shape(2)).isEmpty();
    }

    @Test
    void takesARateAlone() {
        parse("--link-rate", "100mbit");

        assertThat(flags.shape(2)).contains(LinkShape.parse("100mbit", "0ms"));
    }

    @Test
    void takesAllParts() {
        parse(
                "--link-rate=20mbit",
                "--link-delay=15ms",
                "--link-jitter=2ms:normal",
                "--link-stall=500ms/5s",
                "--link-cut=2s/60s");

        assertThat(flags.shape(3))
                .contains(LinkShape.parse("rate=20mbit,delay=15ms,jitter=2ms:normal,stall=500ms/5s,cut=2s/60s"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --link-delay=15ms               | 2 | the links need a rate, too: write such as --link-rate 100mbit
                    --link-rate=fast                | 2 | 'fast' is no link rate; write such as 100mbit or 1gbit
                    --link-rate=1mbit --link-cut=1s | 2 | '1s' is no link cut; write its length and how often, such as 500ms/5s
                    --link-rate=1mbit               | 1 | --link-rate 1mbit: one stage has no links; --stages 2 has""")
    void refusesWhatMakesNoLink(String arguments, int stages, String sentence) {
        parse(arguments.split(" "));

        assertThatThrownBy(() -> flags.shape(stages))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private void parse(String... arguments) {
        CommandSpec command = CommandSpec.create().addMixin("links", CommandSpec.forAnnotatedObject(flags));
        new CommandLine(command).parseArgs(arguments);
    }
}
