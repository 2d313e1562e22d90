package dev.molink.stagenode.node;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that have one possible value in this version; any other is refused with a sentence. */
final class LaterFlags {

    @Option(names = "--tensor-parallel-size", paramLabel = "N", hidden = true)
    private @Nullable String tensorParallelSize;

    Optional<String> refusal() {
        return refusal("--tensor-parallel-size", tensorParallelSize, List.of("1"));
    }

    private static Optional<String> refusal(String flag, @Nullable String value, List<String> allowed) {
        if (value == null || allowed.contains(value)) {
            return Optional.empty();
        }
        return Optional.of("%s %s is not available in this version; allowed: %s"
                .formatted(flag, value, String.join(", ", allowed)));
    }
}
