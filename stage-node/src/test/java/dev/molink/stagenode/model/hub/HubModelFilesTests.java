package dev.molink.stagenode.model.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.model.CheckpointWriter;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.ModelWeights;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.hub.FakeHub.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class HubModelFilesTests {

    private static final HubModelId ID = HubModelId.parse("Tiny/Sharded");
    private static final Patience PATIENCE =
            new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 2, Duration.ZERO);

    @TempDir
    Path cacheOfHead;

    @TempDir
    Path cacheOfTail;

    private FakeHub fake;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeHub(ID);
        new CheckpointWriter(CheckpointWriter.CONFIG).sharded().forEach((name, bytes) -> {
            if (name.endsWith(".safetensors")) {
                fake.large(name, bytes);
            } else {
                fake.small(name, bytes);
            }
        });
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private CachedHub hub(Path cache, boolean offline) {
        return new CachedHub(new HubSettings(fake.endpoint(), cache, null, offline), PATIENCE, (_, _, _) -> {});
    }

    private static ModelFiles open(CachedHub hub) {
        return ModelFiles.open(ModelSource.of(ID.toString()), hub);
    }

    @Test
    void fetchesOnlyTheShardsOfTheLayerRange() {
        try (CachedHub hub = hub(cacheOfTail, false);
                ModelWeights weights = open(hub).map(new LayerRange(1, 2))) {
            assertThat(weights.tensors()).isNotEmpty();
        }

        assertThat(fake.seen())
                .filteredOn(seen -> seen.method().equals("GET") && seen.path().startsWith("/blobs/"))
                .extracting(Seen::path)
                .containsExactlyInAnyOrder(
                        "/blobs/model-00002-of-00003.safetensors", "/blobs/model-00003-of-00003.safetensors");
    }

    @Test
    void agreesOnTheFingerprintWithAStageThatHasOtherShards() {
        try (CachedHub head = hub(cacheOfHead, false);
                CachedHub tail = hub(cacheOfTail, false)) {
            ModelFiles first = open(head);
            ModelFiles last = open(tail);
            first.map(new LayerRange(0, 1)).close();
            last.map(new LayerRange(1, 2)).close();

            assertThat(first.fingerprint()).isEqualTo(last.fingerprint());
            assertThat(first.name()).isEqualTo("Tiny/Sharded");
        }
    }

    @Test
    void loadsTheSameRangeAgainWithoutTheHub() {
        try (CachedHub hub = hub(cacheOfTail, false)) {
            open(hub).map(new LayerRange(1, 2)).close();
        }
        fake.close();

        try (CachedHub hub = hub(cacheOfTail, true);
                ModelWeights weights = open(hub).map(new LayerRange(1, 2))) {
            assertThat(weights.range()).isEqualTo(new LayerRange(1, 2));
        }
    }
}
