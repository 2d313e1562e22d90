package dev.molink.bench.grammar;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.Grammar;
import dev.molink.stagenode.grammar.GrammarLimits;
import dev.molink.stagenode.grammar.GrammarSession;
import dev.molink.stagenode.grammar.JsonText;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.TokenMask;
import dev.molink.stagenode.grammar.TokenMasks;
import dev.molink.stagenode.grammar.TokenVocabulary;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Masks of a JSON grammar over a large vocabulary: applying one to logits, which every sampled token pays; finding a known
 * one; and making one for a state that was never met, between tokens of JSON's own, within a string, and within a string
 * whose characters are counted. {@code vocabulary} is {@code synthetic}, 150,000 tokens, or the path of a byte-level {@code
 * vocab.json}.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java -jar bench/target/molink-bench-0.1.0.jar TokenMask -p vocabulary=synthetic
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenMaskBenchmark {

    private static final int TOKENS = 150_000;
    /** More than are kept, so that each is new again when its turn comes. */
    private static final int GRAMMARS = 24;

    @Param("synthetic")
    String vocabulary = "synthetic";

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private TokenMasks masks;

    private final List<Grammar> objects = new ArrayList<>();
    private final List<Grammar> countedStrings = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private GrammarSession known;

    private long[] inString = {};
    private long[] atStart = {};
    private float[] logits = {};
    private int quote;
    private int brace;
    private int next;

    /** Reads the vocabulary and compiles grammars that differ in nothing that matters. */
    @Setup(Level.Trial)
    public void setUp() {
        TokenVocabulary tokens = vocabulary.equals("synthetic")
                ? SampleVocabulary.synthetic(TOKENS)
                : SampleVocabulary.byteLevel(Path.of(vocabulary));
        masks = new TokenMasks(tokens, new int[] {0}, tokens.size(), TokenMasks.Budget.DEFAULT);
        for (int each = 0; each < GRAMMARS; each++) {
            GrammarLimits limits = new GrammarLimits(10_000, 100, 10_000, 40 + each, 1_000);
            objects.add(Grammar.compile(JsonText.object(), limits));
            Repeat characters = new Repeat(new OneOf(CodePointSets.ALL), 0, 1_000 + each);
            countedStrings.add(Grammar.compile(
                    new Definition(new Sequence(List.of(JsonText.string(characters))), JsonText.rules()), limits));
        }
        quote = id(tokens, "\"");
        brace = id(tokens, "{");
        known = masks.open(objects.getFirst()).accept(brace).accept(quote);
        inString = known.allowed();
        atStart = masks.open(objects.getFirst()).accept(brace).allowed();
        logits = new float[tokens.size()];
    }

    private static int id(TokenVocabulary tokens, String text) {
        for (int id = 0; id < tokens.size(); id++) {
            if (Arrays.equals(tokens.bytes(id), text.getBytes(StandardCharsets.UTF_8))) {
                return id;
            }
        }
        throw new IllegalArgumentException("the vocabulary has no token " + text);
    }

    @Benchmark
    public float[] applyWithinAString() {
        TokenMask.apply(inString, logits);
        return logits;
    }

    @Benchmark
    public float[] applyBetweenValues() {
        TokenMask.apply(atStart, logits);
        return logits;
    }

    @Benchmark
    public long[] findKnownMask() {
        return known.allowed();
    }

    @Benchmark
    public long[] makeMaskBetweenValues() {
        return masks.open(objects.get(turn())).accept(brace).allowed();
    }

    @Benchmark
    public long[] makeMaskWithinAString() {
        return masks.open(objects.get(turn())).accept(brace).accept(quote).allowed();
    }

    @Benchmark
    public long[] makeMaskWithinACountedString() {
        return masks.open(countedStrings.get(turn())).accept(quote).allowed();
    }

    private int turn() {
        next = (next + 1) % GRAMMARS;
        return next;
    }
}
