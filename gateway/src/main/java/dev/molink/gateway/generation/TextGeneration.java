package dev.molink.gateway.generation;

import dev.molink.controlplane.admission.Lease;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.nodes.GenerationInbox;
import dev.molink.gateway.nodes.GenerationInbox.Arrival;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.Heads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request's generations, one per prompt, while they run: turns arriving ids into text, applies stop strings, and
 * on {@link #close} cancels whatever still runs and says how much reached the client. Belongs to the thread that answers.
 */
public final class TextGeneration implements AutoCloseable {

    private static final Duration REPORT_WAIT = Duration.ofSeconds(5);

    private final GenerationInbox inbox;
    private final GenerationCall call;
    private final List<PromptRun> runs;
    private @Nullable ApiException failure;

    /**
     * @param requests one per prompt of the call, in its order
     * @param leases of the requests
     */
    TextGeneration(
            Heads heads, GenerationInbox inbox, List<HeadRequest> requests, List<Lease> leases, GenerationCall call) {
        this.inbox = inbox;
        this.call = call;
        this.runs = IntStream.range(0, requests.size())
                .mapToObj(at -> new PromptRun(
                        heads,
                        call,
                        requests.get(at),
                        leases.get(at),
                        call.prompts().get(at),
                        at * call.options().choices()))
                .toList();
    }

    /** Choices of the answer: prompts × n. */
    public int choices() {
        return runs.stream().mapToInt(PromptRun::choices).sum();
    }

    /**
     * New text, in arrival order; empty when none came within {@code wait}. Text that came before a failure is given out
     * before the failure is told.
     *
     * @throws ApiException when a head failed or was lost; the other prompts end with {@link #close}
     */
    public List<Delta> next(Duration wait) throws InterruptedException {
        if (failure != null) {
            throw failure;
        }
        List<Delta> deltas = new ArrayList<>();
        try {
            for (Arrival arrival : inbox.take(wait)) {
                runs.get(arrival.prompt()).accept(arrival, deltas);
            }
        } catch (ApiException failed) {
            if (deltas.isEmpty()) {
                throw failed;
            }
            failure = failed;
        }
        return deltas;
    }

    /** How long the heads may let the request wait for its turn; none: as long as they like. */
    Duration queueTimeout() {
        return runs.getFirst().queueTimeout();
    }

    /** Whether every choice has its finish reason. */
    public boolean finished() {
        return runs.stream().allMatch(PromptRun::finished);
    }

    /** Counts as the heads report them; the gateway's own where a report does not come in time. */
    public Usage usage() throws InterruptedException {
        long deadline = System.nanoTime() + REPORT_WAIT.toNanos();
        while (!runs.stream().allMatch(PromptRun::over)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            next(Duration.ofNanos(left));
        }
        return Usage.of(
                runs.stream().mapToInt(PromptRun::promptTokens).sum(),
                runs.stream().mapToInt(PromptRun::cachedTokens).sum(),
                runs.stream().mapToInt(PromptRun::generatedTokens).sum());
    }

    /**
     * The tokens of each prompt with their log-probabilities, where the request wants them apart from the text; complete
     * once its choices are. Their offsets are those within the prompt's own text.
     */
    public List<List<ScoredToken>> promptScores() {
        Integer top = call.options().logprobs().prompt();
        return top == null
                ? List.of()
                : runs.stream().map(run -> run.scoredPrompt(top)).toList();
    }

    /** Everything that {@link #next} returned so far has reached the client. */
    public void delivered() {
        runs.forEach(PromptRun::delivered);
    }

    @Override
    public void close() {
        runs.forEach(PromptRun::close);
    }
}
