package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.nodes.GenerationInbox;
import dev.molink.gateway.nodes.GenerationInbox.Arrival;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.Heads;
import dev.molink.gateway.tokenizer.StopStrings;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP request's generations, one per prompt, while they run: turns arriving ids into text, applies stop strings, and
 * on {@link #close} cancels whatever still runs and says how much reached the client. Belongs to the thread that answers.
 */
public final class TextGeneration implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TextGeneration.class);
    private static final Duration REPORT_WAIT = Duration.ofSeconds(5);

    private final Heads heads;
    private final GenerationInbox inbox;
    private final List<PromptRun> runs;

    TextGeneration(
            Heads heads, GenerationInbox inbox, List<HeadRequest> requests, Tokenizer tokenizer, List<String> stop) {
        this.heads = heads;
        this.inbox = inbox;
        this.runs = requests.stream()
                .map(request -> new PromptRun(request, tokenizer, stop))
                .toList();
    }

    /** Choices of the answer: prompts × n. */
    public int choices() {
        return runs.stream().mapToInt(run -> run.choices.size()).sum();
    }

    /**
     * New text, in arrival order; empty when none came within {@code wait}.
     *
     * @throws ApiException when a head failed or was lost; the other prompts end with {@link #close}
     */
    public List<Delta> next(Duration wait) throws InterruptedException {
        List<Delta> deltas = new ArrayList<>();
        for (Arrival arrival : inbox.take(wait)) {
            runs.get(arrival.prompt()).accept(arrival, deltas);
        }
        return deltas;
    }

    /** Whether every choice has its finish reason. */
    public boolean finished() {
        return runs.stream().allMatch(PromptRun::finished);
    }

    /** Counts as the heads report them; the gateway's own where a report does not come in time. */
    public Usage usage() throws InterruptedException {
        long deadline = System.nanoTime() + REPORT_WAIT.toNanos();
        while (!runs.stream().allMatch(run -> run.over)) {
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

    /** Everything that {@link #next} returned so far has reached the client. */
    public void delivered() {
        runs.forEach(PromptRun::delivered);
    }

    @Override
    public void close() {
        runs.forEach(PromptRun::close);
    }

    private final class PromptRun {

        private final HeadRequest request;
        private final List<ChoiceText> choices;
        private boolean over;
        private boolean stopSent;
        private int taken;
        private int delivered;
        private @Nullable RequestReport report;

        PromptRun(HeadRequest request, Tokenizer tokenizer, List<String> stop) {
            this.request = request;
            this.choices = Stream.generate(() -> new ChoiceText(tokenizer.detokenizer(true), new StopStrings(stop)))
                    .limit(request.request().getChoices())
                    .toList();
        }

        void accept(Arrival arrival, List<Delta> deltas) {
            switch (arrival) {
                case Arrival.Tokens tokens -> tokens(tokens, deltas);
                case Arrival.Ended ended -> ended(ended.report());
                case Arrival.Lost lost -> lost(lost.reason());
            }
        }

        private void tokens(Arrival.Tokens tokens, List<Delta> deltas) {
            ChoiceText choice = choices.get(tokens.choice());
            if (choice.finishReason() != null) {
                return;
            }
            taken += tokens.ids().length;
            String text = choice.accept(tokens.ids(), spoken(tokens.finish()));
            if (!text.isEmpty() || choice.finishReason() != null) {
                deltas.add(new Delta(index(tokens.choice()), text, choice.finishReason()));
            }
            if (!stopSent && !over && finished() && choices.stream().anyMatch(ChoiceText::stoppedByString)) {
                stopSent = true;
                heads.cancel(request, CancelReason.CANCEL_REASON_STOP_STRING);
            }
        }

        /** A failed or cancelled choice has no finish reason of OpenAI's; its report says what became of it. */
        private static FinishReason spoken(FinishReason finish) {
            return switch (finish) {
                case FINISH_REASON_STOP, FINISH_REASON_LENGTH -> finish;
                case FINISH_REASON_UNSPECIFIED, FINISH_REASON_CANCELLED, FINISH_REASON_FAILED, UNRECOGNIZED ->
                    FinishReason.FINISH_REASON_UNSPECIFIED;
            };
        }

        private void ended(RequestReport finalReport) {
            over = true;
            report = finalReport;
            if (finished()) {
                return;
            }
            LOG.warn(
                    "{}: the head ended before every choice did: {} {}",
                    request.requestId(),
                    finalReport.getFailure().getCode(),
                    finalReport.getFailure().getMessage());
            throw finalReport.hasFailure() ? Failures.of(finalReport.getFailure()) : Failures.lost();
        }

        private void lost(String reason) {
            over = true;
            if (finished()) {
                return;
            }
            LOG.warn("{}: lost: {}", request.requestId(), reason);
            throw Failures.lost();
        }

        private int index(int choice) {
            int before = 0;
            for (PromptRun run : runs) {
                if (run == this) {
                    break;
                }
                before += run.choices.size();
            }
            return before + choice;
        }

        boolean finished() {
            return choices.stream().allMatch(choice -> choice.finishReason() != null);
        }

        int promptTokens() {
            return report != null ? report.getPromptTokens() : request.request().getPromptTokenIdsCount();
        }

        int cachedTokens() {
            return report != null ? report.getCachedTokens() : 0;
        }

        int generatedTokens() {
            return report != null
                    ? report.getGeneratedTokensList().stream()
                            .mapToInt(Integer::intValue)
                            .sum()
                    : request.receivedTokens();
        }

        void delivered() {
            delivered = taken;
        }

        void close() {
            if (!over && !stopSent && !finished()) {
                heads.cancel(request, CancelReason.CANCEL_REASON_CLIENT_GONE);
            }
            request.delivered().complete(delivered);
        }
    }
}
