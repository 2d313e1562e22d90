package dev.molink.stagenode.model.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.hub.FakeHub.Fault;
import dev.molink.stagenode.model.hub.FakeHub.Seen;
import dev.molink.stagenode.model.hub.HubException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Oracle for the layout: Hugging Face's description of its cache, which {@link HubCache} repeats. */
@Timeout(20)
class CachedHubTests {

    private static final HubModelId ID = HubModelId.parse("Tiny/Model-1");
    private static final String SHARD = "model.safetensors";
    private static final byte[] CONFIG = "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WEIGHTS = randomBytes(300_000);
    private static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(10), 3, Duration.ZERO);

    @TempDir
    Path cache;

    private FakeHub fake;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeHub(ID).small("config.json", CONFIG).large(SHARD, WEIGHTS);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private CachedHub hub(@Nullable String token, boolean offline) {
        return hub(fake.endpoint(), token, offline, (_, _, _) -> {});
    }

    private CachedHub hub(URI endpoint, @Nullable String token, boolean offline, FetchProgress progress) {
        return new CachedHub(new HubSettings(endpoint, cache, token, offline), IMPATIENT, progress);
    }

    private byte[] fetch(String name) throws IOException {
        try (CachedHub hub = hub(null, false)) {
            return Files.readAllBytes(hub.open(ID).require(name));
        }
    }

    private Path model() {
        return cache.resolve("models--Tiny--Model-1");
    }

    private Path incomplete() {
        return model().resolve("blobs").resolve(FakeHub.sha256(WEIGHTS) + ".incomplete");
    }

    @Test
    void fetchesIntoTheLayoutThatPythonsClientFinds() throws IOException {
        assertThat(fetch("config.json")).isEqualTo(CONFIG);
        assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);

        Path snapshot = model().resolve("snapshots").resolve(FakeHub.COMMIT);
        assertThat(model().resolve("refs/main")).hasContent(FakeHub.COMMIT);
        assertThat(Files.readSymbolicLink(snapshot.resolve("config.json")))
                .isEqualTo(Path.of("../../blobs", FakeHub.gitHash(CONFIG)));
        assertThat(Files.readSymbolicLink(snapshot.resolve(SHARD)))
                .isEqualTo(Path.of("../../blobs", FakeHub.sha256(WEIGHTS)));
        assertThat(incomplete()).doesNotExist();
    }

    @Test
    void fetchesAFileOnce() throws IOException {
        fetch(SHARD);
        fetch(SHARD);

        assertThat(fake.fetches(SHARD)).hasSize(1);
    }

    @Test
    void fetchesNothingThatNobodyAsksFor() throws IOException {
        fetch("config.json");

        assertThat(fake.fetches(SHARD)).isEmpty();
    }

    @Test
    void leavesOutWhatTheModelDoesNotHave() {
        try (CachedHub hub = hub(null, false)) {
            assertThat(hub.open(ID).find("tokenizer.json")).isEmpty();
        }
    }

    @Test
    void reportsProgressUpToTheWholeFile() {
        List<Long> reported = new ArrayList<>();
        try (CachedHub hub = hub(fake.endpoint(), null, false, (_, bytes, total) -> {
            assertThat(total).isEqualTo(WEIGHTS.length);
            reported.add(bytes);
        })) {
            hub.open(ID).require(SHARD);
        }

        assertThat(reported).isSorted().endsWith((long) WEIGHTS.length);
    }

    @Nested
    class AfterABreak {

        @Test
        void goesOnWhereTheConnectionWasCut() throws IOException {
            fake.fail(new Fault.Cut(100_000));

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);

            List<Seen> fetches = fake.fetches(SHARD);
            assertThat(fetches).hasSize(2);
            assertThat(fetches.getFirst().range()).isNull();
            assertThat(fetches.getLast().range()).matches("bytes=[1-9][0-9]*-");
        }

        @Test
        void goesOnInTheNextRunWhereThisOneGaveUp() throws IOException {
            fake.fail(new Fault.Cut(100_000), new Fault.Status(503), new Fault.Status(503));
            assertThatThrownBy(() -> fetch(SHARD))
                    .isInstanceOf(HubException.class)
                    .hasMessageContaining("503");
            long kept = Files.size(incomplete());

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);

            assertThat(kept).isPositive();
            assertThat(fake.fetches(SHARD).getLast().range()).isEqualTo("bytes=" + kept + "-");
        }

        @Test
        void startsAgainWhenTheServerIgnoresTheRange() throws IOException {
            fake.fail(new Fault.Cut(100_000), new Fault.WholeFile());

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);
        }

        @Test
        void startsAgainWhenWhatIsLeftIsBroken() throws IOException {
            Files.createDirectories(incomplete().getParent());
            Files.write(incomplete(), new byte[1000]);

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);
        }

        @Test
        void triesAgainWhenNoByteComes() throws IOException {
            fake.fail(new Fault.Silence());

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);
        }

        @Test
        void givesUpAfterSeveralFailuresInARow() {
            fake.fail(new Fault.Status(503), new Fault.Status(503), new Fault.Status(503));

            HubException error = catchThrowableOfType(HubException.class, () -> fetch(SHARD));

            assertThat(error.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(fake.fetches(SHARD)).hasSize(3);
        }
    }

    @Nested
    class Refuses {

        @Test
        void contentWithAnotherHash() {
            fake.fail(new Fault.Garbage());

            HubException error = catchThrowableOfType(HubException.class, () -> fetch(SHARD));

            assertThat(error.reason()).isEqualTo(Reason.BROKEN);
            assertThat(error).hasMessageContaining(SHARD).hasMessageContaining(FakeHub.sha256(WEIGHTS));
            assertThat(incomplete()).doesNotExist();
            assertThat(model().resolve("blobs").resolve(FakeHub.sha256(WEIGHTS)))
                    .doesNotExist();
        }

        @Test
        void aModelThatNeedsAToken() {
            fake.requireToken("hf_secret");

            HubException error = catchThrowableOfType(HubException.class, () -> fetch("config.json"));

            assertThat(error.reason()).isEqualTo(Reason.REFUSED);
            assertThat(error)
                    .hasMessageContaining("Tiny/Model-1")
                    .hasMessageContaining("gated or private")
                    .hasMessageContaining("set HF_TOKEN");
        }

        @Test
        void aModelThatDoesNotExist() {
            try (CachedHub hub = hub(null, false)) {
                HubException error =
                        catchThrowableOfType(HubException.class, () -> hub.open(HubModelId.parse("No/Such")));

                assertThat(error.reason()).isEqualTo(Reason.NOT_FOUND);
                assertThat(error).hasMessageContaining("No/Such").hasMessageContaining("404");
            }
        }

        @Test
        void aHubThatIsNotThere() {
            fake.close();

            HubException error = catchThrowableOfType(HubException.class, () -> fetch("config.json"));

            assertThat(error.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(error).hasMessageContaining("cannot be reached");
        }
    }

    @Nested
    class Token {

        @Test
        void goesToTheHubAndToNoOtherHost() {
            fake.requireToken("hf_secret");

            try (CachedHub hub = hub("hf_secret", false)) {
                ModelFolder folder = hub.open(ID);
                folder.require("config.json");
                folder.require(SHARD);
            }

            assertThat(fake.seen())
                    .filteredOn(seen -> seen.host().startsWith("localhost"))
                    .extracting(Seen::authorization)
                    .containsOnly("Bearer hf_secret");
            assertThat(fake.fetches(SHARD)).extracting(Seen::authorization).containsOnlyNulls();
        }

        @Test
        void isNeverShown() {
            assertThat(new HubSettings(fake.endpoint(), cache, "hf_secret", false).toString())
                    .doesNotContain("hf_secret");
        }
    }

    @Nested
    class WithoutTheHub {

        @Test
        void servesFromTheCacheWhenToldToBeOffline() throws IOException {
            fetch(SHARD);
            int before = fake.seen().size();

            try (CachedHub hub = hub(null, true)) {
                assertThat(hub.open(ID).require(SHARD)).hasBinaryContent(WEIGHTS);
            }

            assertThat(fake.seen()).hasSize(before);
        }

        @Test
        void servesFromTheCacheWhenTheHubCannotBeReached() throws IOException {
            fetch(SHARD);
            fake.close();

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);
        }

        @Test
        void servesFromTheCacheWhenTheHubIsInTrouble() throws IOException {
            fetch(SHARD);
            fake.answerAll(502);

            assertThat(fetch(SHARD)).isEqualTo(WEIGHTS);
        }

        @Test
        void saysThatAnUncachedModelMayNotBeFetched() {
            try (CachedHub hub = hub(null, true)) {
                assertThatThrownBy(() -> hub.open(ID))
                        .isInstanceOf(HubException.class)
                        .hasMessageContaining("Tiny/Model-1 is not in the cache")
                        .hasMessageContaining("HF_HUB_OFFLINE");
            }
        }

        @Test
        void saysWhyAMissingFileCannotBeFetched() throws IOException {
            fetch("config.json");

            try (CachedHub hub = hub(null, true)) {
                ModelFolder folder = hub.open(ID);

                assertThatThrownBy(() -> folder.require(SHARD))
                        .hasMessageContaining(SHARD)
                        .hasMessageContaining("HF_HUB_OFFLINE is set");
            }
        }
    }

    @Test
    void fetchesAFileOnceForSeveralThreads() throws Exception {
        try (CachedHub hub = hub(null, false);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ModelFolder folder = hub.open(ID);
            Callable<Path> task = () -> folder.require(SHARD);

            for (Future<Path> path : threads.invokeAll(List.of(task, task, task, task))) {
                assertThat(path.get()).hasBinaryContent(WEIGHTS);
            }
        }

        assertThat(fake.fetches(SHARD)).hasSize(1);
    }
}
