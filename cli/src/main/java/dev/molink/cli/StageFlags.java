package dev.molink.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that {@code demo} and {@code serve} hand on to every stage they start. */
final class StageFlags {

    @Option(names = "--device", paramLabel = "D", description = "auto, cpu or cuda:N (default auto).")
    @Nullable
    String device;

    @Option(names = "--dtype", paramLabel = "T", description = "How weights are held (default auto: as stored).")
    @Nullable
    String dtype;

    @Option(names = "--max-model-len", paramLabel = "N", description = "Most tokens of prompt and answer together.")
    @Nullable
    Integer maxModelLen;

    @Option(
            names = "--kv-memory",
            paramLabel = "SIZE",
            description = "Memory for the KV cache of each stage, such as 512MB.")
    @Nullable
    String kvMemory;

    @Option(
            names = "--batching",
            paramLabel = "B",
            description =
                    "Decode steps in flight: auto, molink, molink:measured or fixed:N; with @512 or @whole behind it"
                            + " prefill pieces of that size (default auto).")
    @Nullable
    String batching;

    @Option(
            names = "--speculation",
            paramLabel = "S",
            description = "Drafts looked up in the prompt: auto, off or a number (default auto).")
    @Nullable
    String speculation;

    @Option(
            names = "--codec",
            paramLabel = "C",
            description =
                    "How activations cross the links: auto, f32, bf16 or int8 (default auto: by the slowest link).")
    @Nullable
    String codec;

    @Option(
            names = "--transmit-policy",
            paramLabel = "P",
            description = "In which order links send: fair, fifo, concurrent or molink (default fair).")
    @Nullable
    String transmitPolicy;

    @Option(
            names = "--kv-dtype",
            paramLabel = "T",
            description = "How keys and values are kept: auto, f32 or bf16 (default auto: f32).")
    @Nullable
    String kvDtype;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute in each stage.")
    @Nullable
    Integer threads;

    @Option(
            names = "--model-id",
            paramLabel = "NAME",
            description = "The model's name in the API (default: from --model).")
    @Nullable
    String modelId;

    /** @param stages stages of this machine */
    List<String> arguments(int stages) {
        List<String> arguments = new ArrayList<>();
        add(arguments, "--stages-here", stages);
        add(arguments, "--device", device);
        add(arguments, "--dtype", dtype);
        add(arguments, "--max-model-len", maxModelLen);
        add(arguments, "--kv-memory", kvMemory);
        add(arguments, "--batching", batching);
        add(arguments, "--speculation", speculation);
        add(arguments, "--codec", codec);
        add(arguments, "--transmit-policy", transmitPolicy);
        add(arguments, "--kv-dtype", kvDtype);
        add(arguments, "--threads", threads);
        add(arguments, "--model-id", modelId);
        return arguments;
    }

    private static void add(List<String> arguments, String flag, @Nullable Object value) {
        if (value != null) {
            arguments.add(flag);
            arguments.add(value.toString());
        }
    }
}
