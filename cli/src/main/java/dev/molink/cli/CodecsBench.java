package dev.molink.cli;

import dev.molink.bench.codec.CodecLoss;
import dev.molink.bench.codec.LossReport;
import dev.molink.bench.codec.SampledText;
import dev.molink.cli.process.Distribution;
import dev.molink.gateway.tokenizer.TextModelLoader;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.hub.CachedHub;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "codecs",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measure what a model loses when its hidden states cross the wire as f32, bf16 or int8: perplexity, share of",
            "positions with the same likeliest token, and divergence, cut once in the middle and after every layer.",
            "Without --text on text that the model itself writes at temperature 1.",
            ""
        })
final class CodecsBench implements Callable<Integer> {

    private static final int SEQUENCES_AT_ONCE = 16;
    private static final int MOST_WINDOW_TOKENS = 4096;

    @Option(names = "--model", paramLabel = "MODEL", description = "Folder, .gguf file or hub id (default: bundled).")
    @Nullable
    String model;

    @Option(names = "--text", paramLabel = "FILE", description = "Text in UTF-8; the model needs a tokenizer for it.")
    @Nullable
    Path text;

    @Option(
            names = "--sequences",
            paramLabel = "N",
            defaultValue = "64",
            description = "Windows that the model writes, without --text (default 64).")
    int sequences;

    @Option(
            names = "--window",
            paramLabel = "N",
            defaultValue = "256",
            description = "Tokens of a window; each starts anew (default 256).")
    int window;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of what the model writes (default 1).")
    long seed;

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "auto",
            description = "auto, cpu, cpu:scalar, cpu:vector.")
    String device = "auto";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON, too.")
    @Nullable
    Path json;

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        try (CachedHub hub = CachedHub.fromEnvironment()) {
            String location = model != null
                    ? model
                    : Distribution.ofEnvironment().bundledModel().toString();
            ModelFiles files = ModelFiles.open(ModelSource.of(location), hub);
            requireSizes(files);
            LossReport report = measure(files);
            print(report);
            if (json != null) {
                Files.writeString(
                        json,
                        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(report));
            }
        }
        return 0;
    }

    private void requireSizes(ModelFiles files) {
        int most = Math.min(MOST_WINDOW_TOKENS, files.config().maxPositions());
        if (window < 2 || window > most) {
            throw new IllegalArgumentException("--window %d: 2 to %d tokens are possible".formatted(window, most));
        }
        if (sequences < 1 || sequences > 10_000) {
            throw new IllegalArgumentException("--sequences %d: 1 to 10000 are possible".formatted(sequences));
        }
    }

    private LossReport measure(ModelFiles files) throws IOException {
        List<List<Integer>> windows = text == null ? written(files) : read(files, text);
        String what = text == null
                ? "written by the model at temperature 1, seed %d".formatted(seed)
                : Objects.requireNonNull(text.getFileName()).toString();
        try (CodecLoss loss = new CodecLoss(files, device, TensorOpsProvider.defaultThreads())) {
            windows.forEach(loss::add);
            int predictions = windows.stream().mapToInt(ids -> ids.size() - 1).sum();
            return new LossReport(files.name(), what, window, predictions, loss.rows());
        }
    }

    private List<List<Integer>> written(ModelFiles files) {
        List<List<Integer>> windows = new ArrayList<>();
        while (windows.size() < sequences) {
            int count = Math.min(SEQUENCES_AT_ONCE, sequences - windows.size());
            windows.addAll(SampledText.write(
                    files, device, TensorOpsProvider.defaultThreads(), count, window, seed + windows.size()));
        }
        return windows;
    }

    private List<List<Integer>> read(ModelFiles files, Path file) throws IOException {
        TextAssets assets = files.textAssets()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--text: the model has no tokenizer beside it; without --text it writes its own text"));
        int[] ids = new TextModelLoader(DataOption.home().resolve("native"))
                .load(assets)
                .tokenizer()
                .encode(Files.readString(file), true);
        List<Integer> tokenIds = Arrays.stream(ids).boxed().toList();
        if (tokenIds.size() < 2) {
            throw new IllegalArgumentException(
                    "--text %s: %d tokens; at least 2 are needed".formatted(file, ids.length));
        }
        List<List<Integer>> windows = new ArrayList<>();
        for (int first = 0; first + 1 < tokenIds.size(); first += window) {
            windows.add(tokenIds.subList(first, Math.min(first + window, tokenIds.size())));
        }
        return windows;
    }

    private void print(LossReport report) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println("%s, text: %s; %d predictions in windows of %d tokens"
                .formatted(report.model(), report.text(), report.predictions(), report.windowTokens()));
        out.println("%5s  %-5s  %12s  %10s  %11s  %10s"
                .formatted("cuts", "codec", "perplexity", "ratio − 1", "same top-1", "divergence"));
        for (LossReport.Row row : report.rows()) {
            out.println(String.format(
                    Locale.ROOT,
                    "%5d  %-5s  %12.6f  %10.1e  %9.3f %%  %10.1e",
                    row.cuts(),
                    row.codec(),
                    row.perplexity(),
                    row.perplexityChange(),
                    100 * row.sameTop(),
                    row.divergence()));
        }
        out.flush();
    }
}
