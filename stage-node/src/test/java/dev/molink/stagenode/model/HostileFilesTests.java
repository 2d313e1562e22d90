package dev.molink.stagenode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.safetensors.SafetensorsHeader;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Oracle: {@code expected.json} of the hostile fixtures, which says what is wrong with each file. */
class HostileFilesTests {

    private static final Path HOSTILE = Path.of("src/test/resources/fixtures/hostile");

    static Stream<String> rejected() {
        return entries("reject");
    }

    static Stream<String> accepted() {
        return entries("accept");
    }

    @ParameterizedTest
    @MethodSource("rejected")
    @Timeout(2)
    void refusesABrokenFileWithASentenceThatNamesIt(String entry) {
        assertThatThrownBy(() -> load(entry))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining(HOSTILE.resolve(entry).toString());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    @Timeout(2)
    void loadsTheIntactOriginals(String entry) {
        assertThat(load(entry)).isPositive();
    }

    /** Bytes of the tensors that were found. */
    private static long load(String entry) {
        Path path = HOSTILE.resolve(entry);
        if (entry.endsWith(".safetensors")) {
            return SafetensorsHeader.read(path).values().stream()
                    .mapToLong(tensor -> tensor.byteSize())
                    .sum();
        }
        ModelFiles files = ModelFiles.open(ModelSource.of(path.toString()), NoHub.INSTANCE);
        files.textAssets();
        try (ModelWeights weights = files.map(files.specification().allLayers())) {
            return weights.mappedBytes();
        }
    }

    private static Stream<String> entries(String verdict) {
        return JsonMapper.shared().readTree(HOSTILE.resolve("expected.json").toFile()).properties().stream()
                .filter(entry -> entry.getValue().get("verdict").stringValue().equals(verdict))
                .map(Map.Entry::getKey);
    }
}
