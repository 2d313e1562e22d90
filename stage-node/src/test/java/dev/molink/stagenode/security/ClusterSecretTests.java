package dev.molink.stagenode.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSecretTests {

    @TempDir
    Path home;

    @Test
    void takesTheOperatorsChoice() throws Exception {
        ClusterSecret secret = ClusterSecret.resolve("chosen-by-operator", home);

        assertThat(secret.chosenByOperator()).isTrue();
        assertThat(secret.matches("chosen-by-operator")).isTrue();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void makesOneUpThatOnlyItsOwnerCanRead() throws Exception {
        ClusterSecret secret = ClusterSecret.resolve(null, home.resolve("new"));

        Path file = home.resolve("new/cluster-secret");
        assertThat(secret.chosenByOperator()).isFalse();
        assertThat(secret.matches(Files.readString(file).strip())).isTrue();
        assertThat(Files.readString(file).strip()).hasSize(64);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void findsWhatAnotherProcessMadeUp() throws Exception {
        ClusterSecret first = ClusterSecret.resolve("", home);
        ClusterSecret second = ClusterSecret.resolve(null, home);

        assertThat(second.value()).isEqualTo(first.value());
    }

    /** Forbidden outcomes: two secrets, an empty one, a file left behind. */
    @Test
    void isTheSameForAllWhoStartAtOnce() throws Exception {
        for (int run = 0; run < 30; run++) {
            Path folder = home.resolve("run-" + run);
            Callable<String> start = () -> ClusterSecret.resolve(null, folder).value();
            try (ExecutorService processes = Executors.newFixedThreadPool(8)) {
                Set<String> secrets = processes
                        .invokeAll(Stream.generate(() -> start).limit(8).toList())
                        .stream()
                        .map(Future::resultNow)
                        .collect(Collectors.toSet());

                assertThat(secrets).as("run %d", run).hasSize(1);
            }
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left.toList()).isEqualTo(List.of(folder.resolve("cluster-secret")));
            }
        }
    }

    @Test
    void refusesWhatCannotTravelInMetadata() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClusterSecret.of("two words are not one"))
                .withMessage(
                        "MOLINK_CLUSTER_SECRET has 21 characters; it must be 16 or more printable ASCII characters without spaces");
    }

    @Test
    void refusesAnEmptyFile() throws Exception {
        Path file = Files.createFile(home.resolve("cluster-secret"));

        assertThatThrownBy(() -> ClusterSecret.resolve(null, home))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is empty; delete it, and the next start writes a new secret");
    }

    @Test
    void neverPrintsItself() {
        assertThat(ClusterSecret.of("hidden-from-everybody")).asString().doesNotContain("hidden");
    }
}
