package dev.molink.cli;

import dev.molink.gateway.tokenizer.IncrementalDetokenizer;
import dev.molink.gateway.tokenizer.TextModelLoader;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.stagenode.pipeline.LocalPipeline;
import dev.molink.stagenode.pipeline.StageOptions;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Run one generation in this process, no servers. The stages talk to each other over loopback as separate",
            "machines do.",
            ""
        })
final class GenerateCommand implements Callable<Integer> {

    /** What to continue: one of the two. */
    static final class Input {

        @Option(names = "--prompt", paramLabel = "TEXT", description = "The text to continue, as it is.")
        @Nullable
        String prompt;

        @Option(names = "--tokens", paramLabel = "1,2,3", description = "Token ids to continue; needs no tokenizer.")
        @Nullable
        String tokens;
    }

    @Option(names = "--model", paramLabel = "MODEL", required = true, description = "Folder, .gguf file or hub id.")
    String model = "";

    @ArgGroup(multiplicity = "1")
    Input input = new Input();

    @Option(names = "--max-tokens", paramLabel = "N", defaultValue = "128", description = "Most ids to generate (128).")
    int maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 (default): the likeliest id.")
    float temperature;

    @Option(names = "--top-k", paramLabel = "K", description = "Keep the K likeliest.")
    @Nullable
    Integer topK;

    @Option(names = "--top-p", paramLabel = "P", description = "Keep the likeliest that make up P.")
    @Nullable
    Float topP;

    @Option(names = "--min-p", paramLabel = "P", description = "Drop what is less likely than P times the likeliest.")
    @Nullable
    Float minP;

    @Option(names = "--seed", paramLabel = "S", description = "The same seed gives the same ids.")
    @Nullable
    Long seed;

    @Option(names = "--stages", paramLabel = "N", defaultValue = "1", description = "Cut the model into N (default 1).")
    int stages;

    @Option(names = "--device", paramLabel = "D", defaultValue = "auto", description = "auto, cpu or cuda:N.")
    String device = "auto";

    @Option(
            names = "--kv-dtype",
            paramLabel = "T",
            defaultValue = "auto",
            description = "How keys and values are kept: auto (f32), f32 or bf16.")
    String kvDtype = "auto";

    @Option(names = "--ignore-eos", description = "Go on after the model's end token.")
    boolean ignoreEos;

    @Option(names = "--json", description = "Print {\"tokens\", \"text\", \"finish_reason\", \"usage\"} at the end.")
    boolean json;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        StageOptions options = new StageOptions(
                null, "default", device, "auto", TensorOpsProvider.defaultThreads(), null, null, kvDtype, 1);
        try (LocalPipeline pipeline = LocalPipeline.start(model, stages, options)) {
            Tokenizer tokenizer = tokenizer(pipeline);
            List<Integer> prompt = prompt(tokenizer);
            IncrementalDetokenizer text = tokenizer == null ? null : tokenizer.detokenizer(true);
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            Generation.Result result = Generation.run(pipeline, request(prompt), ids -> print(out, text, ids));
            if (json) {
                out.println(JsonMapper.shared().writeValueAsString(document(result, tokenizer)));
            } else {
                out.println(text == null ? "" : text.flush());
            }
            out.flush();
        }
        return 0;
    }

    /** Null when the model has no tokenizer beside it, which only {@code --tokens} can do without. */
    private @Nullable Tokenizer tokenizer(LocalPipeline pipeline) {
        return pipeline.files()
                .textAssets()
                .map(assets -> new TextModelLoader(DataOption.home().resolve("native"))
                        .load(assets)
                        .tokenizer())
                .orElse(null);
    }

    private List<Integer> prompt(@Nullable Tokenizer tokenizer) {
        if (input.tokens != null) {
            return TokenIds.parse(input.tokens);
        }
        if (tokenizer == null) {
            throw new IllegalArgumentException(
                    "--prompt: the model has no tokenizer beside it; --tokens works without one");
        }
        return ids(tokenizer.encode(Objects.requireNonNull(input.prompt), true));
    }

    private GenerateRequest request(List<Integer> prompt) {
        SamplingParameters.Builder sampling =
                SamplingParameters.newBuilder().setTemperature(temperature).setIgnoreEnd(ignoreEos);
        if (topK != null) {
            sampling.setTopK(topK);
        }
        if (topP != null) {
            sampling.setTopP(topP);
        }
        if (minP != null) {
            sampling.setMinP(minP);
        }
        if (seed != null) {
            sampling.setSeed(seed);
        }
        return GenerateRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .addAllPromptTokenIds(prompt)
                .setSampling(sampling)
                .setMaxTokens(maxTokens)
                .setChoices(1)
                .build();
    }

    private void print(PrintWriter out, @Nullable IncrementalDetokenizer text, List<Integer> newIds) {
        if (json) {
            return;
        }
        for (int id : newIds) {
            out.print(text == null ? id + " " : text.accept(id));
        }
        out.flush();
    }

    private static Map<String, @Nullable Object> document(Generation.Result result, @Nullable Tokenizer tokenizer) {
        int prompt = result.report().getPromptTokens();
        int generated = result.report().getGeneratedTokens(0);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("tokens", result.tokenIds());
        document.put("text", tokenizer == null ? null : text(tokenizer, result.tokenIds()));
        document.put("finish_reason", result.finishReason());
        Map<String, Integer> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", generated);
        usage.put("total_tokens", prompt + generated);
        document.put("usage", usage);
        return document;
    }

    private static String text(Tokenizer tokenizer, List<Integer> tokenIds) {
        IncrementalDetokenizer text = tokenizer.detokenizer(true);
        return text.accept(tokenIds.stream().mapToInt(Integer::intValue).toArray()) + text.flush();
    }

    private static List<Integer> ids(int[] tokenIds) {
        return Arrays.stream(tokenIds).boxed().toList();
    }
}
