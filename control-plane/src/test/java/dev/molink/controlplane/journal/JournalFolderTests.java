package dev.molink.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class JournalFolderTests {

    private static final DataSize ANY = DataSize.ofBytes(0);
    private static final DataSize SMALL = DataSize.ofKilobytes(64);

    @TempDir
    private Path folder;

    @Test
    void refusesRequestsWhenTheBoundIsReachedAndTakesThemAgainWhenItIsNot() throws IOException {
        try (JournalFolder journals = JournalFolder.open(folder, new JournalSettings(SMALL, ANY))) {
            journals.watch();
            assertThat(journals.refusal()).isEmpty();

            journals.usage().append(List.of(new byte[70_000]));
            journals.watch();
            assertThat(journals.refusal()).get().asString().contains("molink.journal.max-size", "65536");

            journals.usage().append(List.of(new byte[70_000]));
            assertThat(journals.usage().waiting())
                    .as("running requests are recorded beyond the bound")
                    .isEqualTo(2);

            journals.usage().peek(2);
            journals.usage().remove(2);
            journals.watch();
            assertThat(journals.refusal()).isEmpty();
        }
    }

    @Test
    void refusesRequestsWhileTheDiskIsNearlyFull() throws IOException {
        try (JournalFolder journals =
                JournalFolder.open(folder, new JournalSettings(SMALL, DataSize.ofBytes(Long.MAX_VALUE)))) {
            journals.watch();

            assertThat(journals.refusal()).get().asString().contains("molink.journal.min-free", folder.toString());
        }
    }

    @Test
    void refusesRequestsAfterAFailedWriteUntilTheDiskTakesSomethingAgain() throws IOException {
        try (JournalFolder journals = JournalFolder.open(folder, new JournalSettings(SMALL, ANY))) {
            journals.failed(new IOException("No space left on device"));
            assertThat(journals.refusal()).get().asString().contains("No space left on device");

            journals.watch();

            assertThat(journals.refusal()).isEmpty();
        }
    }

    @Test
    void belongsToOneProcessAtATime() throws IOException {
        JournalSettings settings = new JournalSettings(SMALL, ANY);
        try (JournalFolder first = JournalFolder.open(folder, settings)) {
            assertThat(first.usage().isEmpty()).isTrue();

            assertThatThrownBy(() -> JournalFolder.open(folder, settings))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(folder.toString());
        }
        JournalFolder.open(folder, settings).close();
    }

    @Test
    void settingsOutsideTheirRangeAreRefusedByName() {
        assertThatThrownBy(() -> new JournalSettings(DataSize.ofBytes(5), ANY))
                .hasMessageContainingAll("molink.journal.max-size", "64KB", "5B");
        assertThatThrownBy(() -> new JournalSettings(SMALL, DataSize.ofBytes(-1)))
                .hasMessageContainingAll("molink.journal.min-free", "-1B");
    }
}
