package dev.molink.stagenode.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedProgressTests {

    private static final long TOTAL = 1_000_000_000;

    private final List<String> lines = new ArrayList<>();
    private long nanos;

    @Test
    void logsSeldomOnAFastLineAndOnASlowOne() {
        LoggedProgress progress = new LoggedProgress(() -> nanos, lines::add);

        for (long percent = 0; percent <= 40; percent++) {
            nanos += Duration.ofSeconds(3).toNanos();
            progress.fetched("a.safetensors", percent * TOTAL / 100, TOTAL);
        }
        for (long percent = 41; percent <= 100; percent++) {
            progress.fetched("a.safetensors", percent * TOTAL / 100, TOTAL);
        }

        assertThat(lines)
                .containsExactly(
                        "Fetching a.safetensors: 0 % of 1000 MB",
                        "Fetching a.safetensors: 10 % of 1000 MB",
                        "Fetching a.safetensors: 20 % of 1000 MB",
                        "Fetching a.safetensors: 30 % of 1000 MB",
                        "Fetching a.safetensors: 40 % of 1000 MB",
                        "Fetching a.safetensors: 100 % of 1000 MB");
    }

    @Test
    void saysNothingAboutSmallFiles() {
        new LoggedProgress(() -> nanos, lines::add).fetched("config.json", 500, 500);

        assertThat(lines).isEmpty();
    }
}
