package dev.molink.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinkShapeTests {

    @Test
    void readsRatesAndDelays() {
        assertThat(LinkShape.parse("100mbit", "15ms")).isEqualTo(new LinkShape(12.5e6, Duration.ofMillis(15)));
        assertThat(LinkShape.parse("1Gbit", "0.5ms")).isEqualTo(new LinkShape(125e6, Duration.ofNanos(500_000)));
        assertThat(LinkShape.parse("512kbit", "0ms")).isEqualTo(new LinkShape(64e3, Duration.ZERO));
    }

    @Test
    void refusesWhatItCannotRead() {
        assertThatThrownBy(() -> LinkShape.parse("100", "15ms"))
                .hasMessage("'100' is no link rate; write such as 100mbit or 1gbit");
        assertThatThrownBy(() -> LinkShape.parse("100mbit", "15"))
                .hasMessage("'15' is no link delay; write such as 15ms");
        assertThatThrownBy(() -> LinkShape.parse("0mbit", "1ms")).isInstanceOf(IllegalArgumentException.class);
    }
}
