package dev.molink.controlplane.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeppersTests {

    @TempDir
    private Path folder;

    @Test
    void makesAPepperOnceAndKeepsIt() throws IOException {
        Path file = folder.resolve("data/key-peppers");

        Peppers made = Peppers.in(file, new Random(1));
        Peppers read = Peppers.in(file, new Random(2));

        assertThat(read.currentId()).isEqualTo(made.currentId());
        assertThat(read.digests("text")).isEqualTo(made.digests("text"));
    }

    @Test
    void letsOnlyTheOwnerRead() throws IOException {
        Path file = folder.resolve("key-peppers");
        Assumptions.assumeTrue(
                Files.getFileStore(folder).supportsFileAttributeView("posix"), "SKIPPED: no POSIX permissions here");

        Peppers.in(file, new Random(1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void digestsAsHmacSha256DoesInRfc4231() throws IOException {
        // test case 2 has the key "Jefe"; HMAC pads keys with zeros, so 28 zero bytes more change nothing
        Path file = folder.resolve("key-peppers");
        Files.writeString(file, "rfc " + "4a656665" + "00".repeat(28));

        Peppers peppers = Peppers.in(file, new Random(1));

        assertThat(peppers.digests("what do ya want for nothing?"))
                .containsEntry("rfc", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void takesTheLastForNewKeysAndKeepsTheOthers() throws IOException {
        Path file = folder.resolve("key-peppers");
        Files.writeString(file, "old %s%nnew %s%n".formatted("00".repeat(32), "11".repeat(32)));

        Peppers peppers = Peppers.in(file, new Random(1));

        assertThat(peppers.currentId()).isEqualTo("new");
        assertThat(peppers.digests("text")).containsOnlyKeys("old", "new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "onlyanid",
                "id 00ff",
                "id zz",
                "ID 0000000000000000000000000000000000000000000000000000000000000000"
            })
    void refusesAFileThatHoldsSomethingElse(String content) throws IOException {
        Path file = folder.resolve("key-peppers");
        Files.writeString(file, content);

        assertThatThrownBy(() -> Peppers.in(file, new Random(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key-peppers")
                .hasMessageContaining("64 hex digits");
    }
}
