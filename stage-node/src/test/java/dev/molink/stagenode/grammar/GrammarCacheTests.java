package dev.molink.stagenode.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Text;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrammarCacheTests {

    private final AtomicInteger read = new AtomicInteger();

    private static GrammarCache cache(int maxGrammars) {
        return new GrammarCache(GrammarLimits.DEFAULT, maxGrammars, 1 << 20, Duration.ofMinutes(1));
    }

    private Grammar compiled(GrammarCache cache, String kind, String source) {
        return cache.compiled(kind, source, () -> {
            read.incrementAndGet();
            return new Definition(new Text(kind + source), Map.of());
        });
    }

    @Test
    void aSourceIsCompiledOnce() {
        GrammarCache cache = cache(10);

        Grammar first = compiled(cache, "regex", "a");

        assertThat(compiled(cache, "regex", "a")).isSameAs(first);
        assertThat(compiled(cache, "choice", "a")).isNotSameAs(first);
        assertThat(read).hasValue(2);
    }

    @Test
    void theLeastRecentlyUsedGoes() {
        GrammarCache cache = cache(2);
        compiled(cache, "regex", "a");
        compiled(cache, "regex", "b");
        compiled(cache, "regex", "a");

        compiled(cache, "regex", "c");
        compiled(cache, "regex", "a");

        assertThat(cache.size()).isEqualTo(2);
        assertThat(read).hasValue(3);
    }

    @Test
    void memoryIsBounded() {
        GrammarCache cache = new GrammarCache(GrammarLimits.DEFAULT, 100, 5_000, Duration.ofMinutes(1));

        for (int each = 0; each < 50; each++) {
            compiled(cache, "regex", "x".repeat(50) + each);
        }

        assertThat(cache.size()).isBetween(1, 20);
    }

    @Test
    void whatIsRefusedIsNotKept() {
        GrammarCache cache = cache(10);

        assertThatThrownBy(() ->
                        cache.compiled("choice", "[]", () -> new Definition(Choices.read(List.of()), Map.of())))
                .isInstanceOf(GrammarException.class)
                .hasMessageContaining("the list of choices is empty");

        assertThat(cache.size()).isZero();
    }

    @Test
    void threadsThatAskAtOnceShareOneCompilation() throws Exception {
        GrammarCache cache = cache(10);
        CountDownLatch allAsk = new CountDownLatch(8);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Grammar>> asked = IntStream.range(0, 8)
                    .mapToObj(_ -> threads.submit(() -> {
                        allAsk.countDown();
                        allAsk.await();
                        return compiled(cache, "regex", "a");
                    }))
                    .toList();

            Grammar first = asked.getFirst().get();
            for (Future<Grammar> each : asked) {
                assertThat(each.get()).isSameAs(first);
            }
        }
        assertThat(read).hasValue(1);
    }
}
