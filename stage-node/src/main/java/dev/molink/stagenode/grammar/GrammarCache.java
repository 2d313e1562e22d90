package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Language.Definition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Compiled grammars by what they were written as, so that requests with the same schema share one. Safe for any number of
 * threads: the first to ask compiles, others wait for it. What is refused is not kept.
 */
public final class GrammarCache {

    private final GrammarLimits limits;
    private final int maxGrammars;
    private final long maxBytes;
    private final Duration patience;

    /** Guarded by itself; the least recently used first. */
    private final LinkedHashMap<Key, FutureTask<Grammar>> grammars = new LinkedHashMap<>(64, 0.75f, true);

    private record Key(String kind, String sourceHash) {}

    /**
     * @param limits bound the effort of compiling one grammar
     * @param maxBytes rough memory of all grammars; one that is larger is compiled but not kept
     * @param patience how long to wait for another thread that compiles the same grammar
     */
    public GrammarCache(GrammarLimits limits, int maxGrammars, long maxBytes, Duration patience) {
        if (maxGrammars < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "a cache of %d grammars and %d bytes; both must be positive".formatted(maxGrammars, maxBytes));
        }
        this.limits = limits;
        this.maxGrammars = maxGrammars;
        this.maxBytes = maxBytes;
        this.patience = patience;
    }

    /**
     * The grammar of {@code source}.
     *
     * @param kind what {@code source} is written in: two kinds may read the same text differently
     * @param reader reads {@code source}; called when the grammar is not there yet; what it throws is thrown on
     * @throws GrammarException when the definition is refused
     */
    public Grammar compiled(String kind, String source, Supplier<Definition> reader) {
        Key key = new Key(kind, Grammar.sha256(source.getBytes(StandardCharsets.UTF_8)));
        FutureTask<Grammar> mine = new FutureTask<>(() -> Grammar.compile(reader.get(), limits));
        FutureTask<Grammar> theirs;
        synchronized (grammars) {
            theirs = grammars.putIfAbsent(key, mine);
        }
        if (theirs != null) {
            return await(theirs);
        }
        boolean kept = false;
        try {
            mine.run();
            Grammar grammar = await(mine);
            kept = true;
            return grammar;
        } finally {
            settle(key, mine, kept);
        }
    }

    /** Grammars that are kept or being compiled. */
    public int size() {
        synchronized (grammars) {
            return grammars.size();
        }
    }

    private Grammar await(FutureTask<Grammar> task) {
        try {
            return task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GrammarException(Reason.TOO_LARGE, "interrupted while another request compiles this grammar");
        } catch (TimeoutException e) {
            throw new GrammarException(
                    Reason.TOO_LARGE, "another request has compiled this grammar for more than " + patience);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException refusal) {
                throw refusal;
            }
            throw new IllegalStateException("compiling a grammar failed", e.getCause());
        }
    }

    private void settle(Key key, FutureTask<Grammar> task, boolean kept) {
        synchronized (grammars) {
            if (!kept) {
                grammars.remove(key, task);
            }
            while (grammars.size() > maxGrammars || bytes() > maxBytes) {
                grammars.pollFirstEntry();
            }
        }
    }

    private long bytes() {
        return grammars.values().stream()
                .filter(task -> task.state() == FutureTask.State.SUCCESS)
                .mapToLong(task -> task.resultNow().memoryBytes())
                .sum();
    }
}
