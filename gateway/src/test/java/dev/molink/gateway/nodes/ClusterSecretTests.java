package dev.molink.gateway.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSecretTests {

    @TempDir
    Path home;

    @Test
    void takesTheConfiguredSecretAndWritesNothing() throws IOException {
        ClusterSecret secret = ClusterSecret.load(" a-shared-secret-of-ours ", home);

        assertThat(secret.value()).isEqualTo("a-shared-secret-of-ours");
        assertThat(secret.shared()).isTrue();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void writesARandomSecretOnceThatOnlyItsOwnerReads() throws IOException {
        ClusterSecret first = ClusterSecret.load(null, home);
        ClusterSecret second = ClusterSecret.load("", home);

        assertThat(first.shared()).isFalse();
        assertThat(second.value()).isEqualTo(first.value()).hasSize(64);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("cluster-secret"))))
                .isEqualTo("rw-------");
        assertThat(home.toFile().list()).containsExactly("cluster-secret");
    }

    @Test
    void matchesOnlyItself() {
        ClusterSecret secret = new ClusterSecret("a-shared-secret-of-ours", true);

        assertThat(secret.matches("a-shared-secret-of-ours")).isTrue();
        assertThat(secret.matches("a-shared-secret-of-our")).isFalse();
        assertThat(secret.matches("")).isFalse();
        assertThat(secret.matches(null)).isFalse();
        assertThat(secret).asString().doesNotContain("ours");
    }

    @Test
    void refusesASecretThatIsTooShort() {
        assertThatThrownBy(() -> new ClusterSecret("short", true))
                .hasMessageContaining("5 characters")
                .hasMessageNotContaining("short");
    }
}
