package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkShapeTests {

    @Test
    void readsRatesAndDelays() {
        assertThat(LinkShape.parse("100mbit", "15ms")).isEqualTo(new LinkShape(12.5e6, Duration.ofMillis(15)));
        assertThat(LinkShape.parse("1Gbit", "0.5ms")).isEqualTo(new LinkShape(125e6, Duration.ofNanos(500_000)));
        assertThat(LinkShape.parse("512kbit", "0ms")).isEqualTo(new LinkShape(64e3, Duration.ZERO));
    }

    @Test
    void readsAWholeShape() {
        LinkShape shape =
                LinkShape.parse("rate=100mbit,delay=15ms,jitter=2ms:normal,seed=7,burst=16k,stall=500ms/5s,cut=2s/60s");

        assertThat(shape)
                .isEqualTo(new LinkShape(
                        12.5e6,
                        Duration.ofMillis(15),
                        new Jitter(Jitter.Spread.NORMAL, Duration.ofMillis(2), 7),
                        16 * 1024,
                        new Outages(Duration.ofMillis(500), Duration.ofSeconds(5)),
                        new Outages(Duration.ofSeconds(2), Duration.ofMinutes(1))));
    }

    @Test
    void takesARateAlone() {
        assertThat(LinkShape.parse("rate=1gbit")).isEqualTo(new LinkShape(125e6, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    rate=100mbit,delay=15ms
                    rate=0.512mbit,delay=0.5ms
                    rate=1000mbit,delay=0ms,jitter=0.02ms:normal,seed=-3,burst=16384
                    rate=20mbit,delay=50ms,jitter=2ms,seed=0,stall=500ms/5000ms,cut=2000ms/60000ms""")
    void writesWhatItReads(String text) {
        assertThat(LinkShape.parse(text)).hasToString(text);
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatThrownBy(() -> LinkShape.parse("100", "15ms"))
                .hasMessage("'100' is no link rate; write such as 100mbit or 1gbit");
        assertThatThrownBy(() -> LinkShape.parse("100mbit", "15"))
                .hasMessage("'15' is no link delay; write such as 15ms");
        assertThatThrownBy(() -> LinkShape.parse("0mbit", "1ms")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    delay=15ms                    | 'delay=15ms' has no rate; write such as rate=100mbit,delay=15ms
                    rate=1mbit,15ms               | '15ms' in 'rate=1mbit,15ms' is no part of a link; write such as rate=100mbit,delay=15ms
                    rate=1mbit,rate=2mbit         | 'rate=1mbit,rate=2mbit' says rate twice
                    rate=1mbit,loss=1             | 'loss' is no part of a link; there are rate, delay, jitter, seed, burst, stall and cut
                    rate=1mbit,jitter=2ms:pareto  | 'pareto' is no spread of a jitter; there are uniform and normal
                    rate=1mbit,jitter=2           | '2' is no link jitter; write such as 15ms
                    rate=1mbit,seed=x             | 'x' is no seed; write a whole number
                    rate=1mbit,burst=16kb         | '16kb' is no link burst; write bytes such as 16k or 1m
                    rate=1mbit,stall=500ms        | '500ms' is no link stall; write its length and how often, such as 500ms/5s
                    rate=1mbit,stall=5s/5s        | an outage of PT5S every PT5S leaves no time between""")
    void refusesPartsItCannotRead(String text, String sentence) {
        assertThatThrownBy(() -> LinkShape.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
