package dev.molink.bench.kvcache;

import dev.molink.stagenode.kvcache.Admission;
import dev.molink.stagenode.kvcache.Candidate;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.kvcache.KvPool;
import dev.molink.stagenode.kvcache.PrefixChain;
import dev.molink.stagenode.kvcache.SequenceBlocks;
import dev.molink.stagenode.plan.BlockChanges;
import java.util.List;
import java.util.Random;
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
 * Admission of a prompt to a pool of 8,192 blocks, and its release: with the prompt in the prefix cache, with nothing of
 * it there, and again by a sequence that was preempted and kept its hash chain. Besides, one token's growth in a running
 * sequence.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java -jar bench/target/molink-bench-0.1.0.jar Admission -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AdmissionBenchmark {

    private static final int BLOCKS = 8192;

    @Param("4000")
    int promptTokens;

    private final KvPool pool = new KvPool(List.of(KvGroup.full(BLOCKS)));

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private int[] prompt;

    @SuppressWarnings("NullAway.Init") // as above
    private PrefixChain keptChain;

    @SuppressWarnings("NullAway.Init") // as above
    private SequenceBlocks running;

    private long nextId;
    private int positions;

    /** Computes the prompt once, so that it is cached. */
    @Setup(Level.Trial)
    public void setUp() {
        prompt = new Random(1).ints(promptTokens, 0, 150_000).toArray();
        keptChain = chain("tenant");
        Admission admission = admit(keptChain);
        pool.confirm(admission.blocks(), promptTokens);
        pool.release(admission.blocks());
        running = pool.admit(new Candidate(nextId++, chain("tenant"), 1, 0), 0)
                .orElseThrow()
                .blocks();
    }

    private PrefixChain chain(String salt) {
        return new PrefixChain(salt, position -> prompt[position]);
    }

    private Admission admit(PrefixChain chain) {
        return pool.admit(new Candidate(nextId++, chain, promptTokens, promptTokens), 0)
                .orElseThrow();
    }

    private Admission admitAndRelease(PrefixChain chain) {
        Admission admission = admit(chain);
        pool.release(admission.blocks());
        return admission;
    }

    @Benchmark
    public Admission hit() {
        return admitAndRelease(chain("tenant"));
    }

    @Benchmark
    public Admission miss() {
        return admitAndRelease(chain("another"));
    }

    @Benchmark
    public Admission preempted() {
        return admitAndRelease(keptChain);
    }

    /** A sequence without a hit that was computed: all its blocks get names and are kept, others are evicted. */
    @Benchmark
    public Admission missThatIsConfirmed() {
        Admission admission = admit(chain(Long.toString(nextId)));
        pool.confirm(admission.blocks(), promptTokens);
        pool.release(admission.blocks());
        return admission;
    }

    /** One token; each sixteenth takes a block. */
    @Benchmark
    public BlockChanges grow() {
        if (positions == promptTokens) {
            pool.release(running);
            running = pool.admit(new Candidate(nextId++, chain("tenant"), 1, 0), 0)
                    .orElseThrow()
                    .blocks();
            positions = 0;
        }
        return pool.grow(running, ++positions).orElseThrow();
    }
}
