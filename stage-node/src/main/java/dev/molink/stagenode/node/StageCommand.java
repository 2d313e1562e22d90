package dev.molink.stagenode.node;

import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.execution.KvDtype;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.pipeline.StageOptions;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags of a stage process. */
@Command(
        name = "molink stage",
        mixinStandardHelpOptions = true,
        versionProvider = StageVersion.Provider.class,
        sortOptions = false,
        description = {
            "Runs one stage of a model: a range of its layers, on this machine.",
            "",
            "Several stages whose ranges cover the model make a pipeline; a gateway hands it requests. The stage with",
            "layer 0 is the head. Start it with --gateway, and the others with --initial-peer HEAD_HOST:PORT or with",
            "the same --gateway."
        },
        footer = {
            "",
            "Environment:",
            "  MOLINK_CLUSTER_SECRET  what gateways and stages on all machines prove themselves with, 16 characters or",
            "                         more. Unset: a random one in ~/.molink/cluster-secret, and this stage only takes",
            "                         calls from this machine.",
            "  MOLINK_HOME            instead of ~/.molink",
            "  HF_HOME, HF_ENDPOINT, HF_TOKEN  where models come from, as Hugging Face's own programs use them",
            "",
            "Example, a model on two machines:",
            "  ./molink serve --model Qwen/Qwen3-0.6B --start-layer 0 --end-layer 14        # here",
            "  ./molink stage --model Qwen/Qwen3-0.6B --start-layer 14 --initial-peer HERE:50061   # there"
        })
final class StageCommand {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
    private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "MODEL",
            description =
                    "folder in Hugging Face layout, .gguf file, or hub id such as Qwen/Qwen3-0.6B; for a simulated"
                            + " device a config.json or a built-in model such as sim:qwen3-14b is enough")
    String model = "";

    @Option(
            names = "--start-layer",
            paramLabel = "A",
            defaultValue = "0",
            description = "first layer of this stage (default: 0)")
    int startLayer;

    @Option(
            names = "--end-layer",
            paramLabel = "B",
            defaultValue = "-1",
            description = "the layer behind this stage's last one; -1: up to the model's end (default)")
    int endLayer;

    @Option(
            names = "--grpc-port",
            paramLabel = "PORT",
            defaultValue = "50061",
            description = "port that other stages dial (default: 50061)")
    int grpcPort;

    @Option(
            names = "--gateway",
            paramLabel = "HOST:PORT",
            description = "a gateway to register with (its node port, usually 9090); may be given several times")
    private List<String> gateways = new ArrayList<>();

    @Option(
            names = "--initial-peer",
            paramLabel = "HOST:PORT",
            description = "another stage of the pipeline, usually the head, which knows the gateway")
    private @Nullable String initialPeer;

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "address under which other stages reach this one (default: found out)")
    private @Nullable String advertise;

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "auto",
            description =
                    "what computes: auto, cpu or cuda:0; sim:NAME waits as long as such a device would compute, as"
                            + " sim:rtx4090 (default: auto)")
    private String device = "auto";

    @Option(
            names = "--dtype",
            paramLabel = "T",
            defaultValue = "auto",
            description = "how weights are held; auto: as they are stored (default)")
    private String dtype = "auto";

    @Option(
            names = "--max-model-len",
            paramLabel = "N",
            description = "most tokens of prompt and answer together (default: the model's own)")
    private @Nullable Integer maxModelLen;

    @Option(
            names = "--kv-memory",
            paramLabel = "SIZE",
            converter = MemorySize.class,
            description = "memory for the KV cache, such as 512MB or 4GB (default: what is free after the weights, at"
                    + " most enough for 64 sequences of full length)")
    private @Nullable Long kvMemory;

    @Option(
            names = "--kv-dtype",
            paramLabel = "T",
            defaultValue = "auto",
            description =
                    "how keys and values are kept: auto, f32 or bf16, which takes half the memory; the same on all"
                            + " stages (default: auto, which is f32)")
    private String kvDtype = "auto";

    @Option(
            names = "--stages-here",
            paramLabel = "N",
            defaultValue = "1",
            description = "stages of this machine, which share its memory (default: 1)")
    private int stagesHere;

    @Option(names = "--threads", paramLabel = "N", description = "CPU threads that compute (default: one per core)")
    private @Nullable Integer threads;

    @Option(
            names = "--batching",
            paramLabel = "B",
            defaultValue = "auto",
            description = "how many decode steps the head keeps in flight: auto (measured, default), molink (the"
                    + " published rule), molink:measured (the same with the measured link rate) or fixed:N; with @512 or"
                    + " @whole behind it prefill pieces have that size")
    private String batching = "auto";

    @Option(
            names = "--speculation",
            paramLabel = "S",
            defaultValue = "auto",
            description = "drafts looked up in the prompt: auto (where they are measured to pay, default), off, or a"
                    + " number of drafts")
    private String speculation = "auto";

    @Option(
            names = "--codec",
            paramLabel = "C",
            defaultValue = "auto",
            description =
                    "how activations cross the links of a pipeline that this stage heads: f32 (exact), bf16, int8,"
                            + " or auto: by the slowest measured link (default)")
    private String codec = "auto";

    @Option(
            names = "--transmit-policy",
            paramLabel = "P",
            defaultValue = "fair",
            description = "in which order the links of a pipeline that this stage heads send: fair (default), or for"
                    + " comparison fifo, concurrent or molink")
    private String transmitPolicy = "fair";

    @Option(
            names = "--pipeline",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "stages with the same name and model make one pipeline (default: default)")
    private String pipeline = "default";

    @Option(
            names = "--model-id",
            paramLabel = "NAME",
            description = "the model's name for clients (default: the hub id, or the name of folder or file)")
    private @Nullable String modelId;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where node id and report journal are kept (default: ~/.molink/stage-<grpc-port>)")
    private @Nullable Path data;

    @Option(
            names = "--link-faults",
            hidden = true,
            paramLabel = "FAULTS",
            description =
                    "faults made on purpose in frames that go out: shares of corrupt, duplicate, drop and reorder,"
                            + " and a seed, such as corrupt=0.01,seed=7")
    private String linkFaults = "";

    @Mixin
    private LaterFlags later = new LaterFlags();

    /**
     * Checks what can be checked without the model.
     *
     * @throws ParameterException with a sentence for the operator
     */
    void validate() {
        refuseIf(later.refusal());
        if (grpcPort < 1 || grpcPort > 65_535) {
            refuse("--grpc-port %d is outside 1 … 65535".formatted(grpcPort));
        }
        if (stagesHere < 1) {
            refuse("--stages-here %d is below 1".formatted(stagesHere));
        }
        requireKvDtype();
        if (pipeline.isBlank()) {
            refuse("--pipeline needs a name");
        }
        head();
        gateways();
        initialPeer();
        advertised();
        linkFaults();
    }

    private void requireKvDtype() {
        try {
            KvDtype.of(kvDtype);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    List<HostPort> gateways() {
        return gateways.stream().map(each -> address("--gateway", each)).toList();
    }

    Optional<HostPort> initialPeer() {
        return Optional.ofNullable(initialPeer).map(peer -> address("--initial-peer", peer));
    }

    Optional<HostPort> advertised() {
        return Optional.ofNullable(advertise).map(own -> address("--advertise", own));
    }

    /** How a head with these flags runs its pipeline. */
    HeadSettings head() {
        return HeadSettings.DEFAULT.with(batching(), speculation()).with(wire());
    }

    private WireOptions wire() {
        return new WireOptions(
                read("--codec", codec, CodecOption::parse),
                read("--transmit-policy", transmitPolicy, TransmitPolicy::parse));
    }

    private BatchingOption batching() {
        return read("--batching", batching, BatchingOption::parse);
    }

    private SpeculationOption speculation() {
        return read("--speculation", speculation, SpeculationOption::parse);
    }

    /** Faults that this stage makes on purpose in what it sends. */
    LinkFaults linkFaults() {
        return linkFaults.isEmpty() ? LinkFaults.NONE : read("--link-faults", linkFaults, LinkFaults::parse);
    }

    private <T> T read(String flag, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "%s: %s".formatted(flag, e.getMessage()), e);
        }
    }

    StageOptions options() {
        int computing = threads == null ? TensorOpsProvider.defaultThreads() : threads;
        return new StageOptions(
                modelId, pipeline, device, dtype, computing, maxModelLen, kvMemory, kvDtype, stagesHere);
    }

    /** @param home the folder of this machine's processes */
    Path dataFolder(Path home) {
        return data != null ? data : home.resolve("stage-" + grpcPort);
    }

    private HostPort address(String flag, String text) {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "%s: %s".formatted(flag, e.getMessage()));
        }
    }

    private void refuseIf(Optional<String> refusal) {
        refusal.ifPresent(this::refuse);
    }

    private void refuse(String sentence) {
        throw new ParameterException(spec.commandLine(), sentence);
    }
}
