package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochsTests {

    private static final InstantSource NOON = InstantSource.fixed(Instant.ofEpochMilli(1_000_000));

    @TempDir
    Path folder;

    @Test
    void riseWhenTheClockStandsStill() throws Exception {
        Epochs epochs = Epochs.inMemory(NOON);

        assertThat(epochs.next()).isEqualTo(1_000_000);
        assertThat(epochs.next()).isEqualTo(1_000_001);
    }

    @Test
    void riseOverARestartWithTheClockSetBack() throws Exception {
        Path file = folder.resolve("epoch");
        long before = Epochs.keptIn(file, NOON).next();

        long after = Epochs.keptIn(file, InstantSource.fixed(Instant.EPOCH)).next();

        assertThat(after).isEqualTo(before + 1);
    }

    @Test
    void refuseAFileWithoutANumber() throws Exception {
        Path file = Files.writeString(folder.resolve("epoch"), "yesterday");

        assertThatThrownBy(() -> Epochs.keptIn(file, NOON))
                .isInstanceOf(IOException.class)
                .hasMessage("%s should hold the last epoch, a number; it holds 'yesterday'".formatted(file));
    }
}
