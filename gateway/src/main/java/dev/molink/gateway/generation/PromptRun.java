package dev.molink.gateway.generation;

import dev.molink.controlplane.admission.Lease;
import dev.molink.gateway.nodes.GenerationInbox.Arrival;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.Heads;
import dev.molink.gateway.tokenizer.StopStrings;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The choices of one prompt while its head generates them. Belongs to the thread that answers. */
final class PromptRun {

    private static final Logger LOG = LoggerFactory.getLogger(PromptRun.class);

    private final Heads heads;
    private final GenerationCall call;
    private final HeadRequest request;
    private final Lease lease;
    private final Prompt prompt;
    private final int firstIndex;
    private final List<ChoiceText> choices;
    private final List<TokenLogprobs> promptLogprobs = new ArrayList<>();
    /** Choices in front of which the prompt still has to be given out. */
    private final BitSet echoDue = new BitSet();

    private boolean over;
    private boolean stopSent;
    private int taken;
    private int delivered;
    private @Nullable RequestReport report;
    private @Nullable EarlyEnd early;

    /** @param firstIndex of its choices in the whole answer */
    PromptRun(Heads heads, GenerationCall call, HeadRequest request, Lease lease, Prompt prompt, int firstIndex) {
        this.heads = heads;
        this.call = call;
        this.request = request;
        this.lease = lease;
        this.prompt = prompt;
        this.firstIndex = firstIndex;
        this.choices =
                Stream.generate(this::choice).limit(call.options().choices()).toList();
        if (call.options().logprobs().echo()) {
            echoDue.set(0, choices.size());
        }
    }

    private ChoiceText choice() {
        LogprobOptions logprobs = call.options().logprobs();
        int echoed =
                logprobs.echo() ? prompt.text().codePointCount(0, prompt.text().length()) : 0;
        ScoreQueue scores = logprobs.top() == null ? null : new ScoreQueue(tokenizer(), logprobs.top(), echoed);
        return new ChoiceText(
                tokenizer().detokenizer(true), new StopStrings(call.options().stop()), scores);
    }

    private Tokenizer tokenizer() {
        return call.model().text().tokenizer();
    }

    List<ScoredToken> scoredPrompt(int top) {
        return EchoedPrompt.tokens(tokenizer(), prompt, promptLogprobs, top);
    }

    void accept(Arrival arrival, List<Delta> deltas) {
        switch (arrival) {
            case Arrival.Tokens tokens -> tokens(tokens, deltas);
            case Arrival.PromptScored scored -> promptLogprobs.addAll(scored.logprobs());
            case Arrival.Ended ended -> ended(ended.report());
            case Arrival.Lost lost -> lost(lost.reason());
        }
    }

    private void tokens(Arrival.Tokens tokens, List<Delta> deltas) {
        ChoiceText choice = choices.get(tokens.choice());
        if (choice.finishReason() != null) {
            return;
        }
        if (!lease.cover((long) taken + tokens.ids().length)) {
            endEarly(tokens, deltas);
            return;
        }
        taken += tokens.ids().length;
        ChoiceText.Gain gain = choice.accept(tokens.ids(), tokens.logprobs(), spoken(tokens.finish()));
        if (!gain.text().isEmpty() || choice.finishReason() != null) {
            deltas.add(delta(tokens.choice(), gain, choice.finishReason(), null));
        }
        if (!stopSent && !over && finished() && choices.stream().anyMatch(ChoiceText::stoppedByString)) {
            stopSent = true;
            heads.cancel(request, CancelReason.CANCEL_REASON_STOP_STRING);
        }
    }

    /** The lease grows no more: what it covers is still given out, then every choice ends, and so does the head. */
    private void endEarly(Arrival.Tokens tokens, List<Delta> deltas) {
        long covered = lease.coveredTokens();
        int allowed = Math.clamp(covered - taken, 0, tokens.ids().length);
        taken += allowed;
        early = EarlyEnd.of(lease.refusal());
        LOG.info("{}: ended by {} after {} generated ids", request.requestId(), early.endedBy(), covered);
        for (int index = 0; index < choices.size(); index++) {
            ChoiceText choice = choices.get(index);
            if (choice.finishReason() != null) {
                continue;
            }
            boolean last = index == tokens.choice();
            int[] ids = last ? Arrays.copyOf(tokens.ids(), allowed) : new int[0];
            List<TokenLogprobs> logprobs =
                    last && !tokens.logprobs().isEmpty() ? tokens.logprobs().subList(0, allowed) : List.of();
            ChoiceText.Gain gain = choice.accept(ids, logprobs, FinishReason.FINISH_REASON_LENGTH);
            deltas.add(delta(index, gain, choice.finishReason(), early));
        }
        if (!over) {
            stopSent = true;
            heads.cancel(request, CancelReason.CANCEL_REASON_BUDGET);
        }
    }

    private Delta delta(int choice, ChoiceText.Gain gain, @Nullable String finishReason, @Nullable EarlyEnd ended) {
        if (!echoDue.get(choice)) {
            return new Delta(firstIndex + choice, gain.text(), gain.tokens(), finishReason, ended);
        }
        echoDue.clear(choice);
        Integer top = call.options().logprobs().top();
        List<ScoredToken> tokens = top == null ? new ArrayList<>() : scoredPrompt(top);
        tokens.addAll(gain.tokens());
        return new Delta(firstIndex + choice, prompt.text() + gain.text(), tokens, finishReason, ended);
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
        Failure told = finalReport.getFailure();
        // a refusal of the client's own words may quote them
        LOG.warn(
                "{}: the head ended before every choice did: {} {}",
                request.requestId(),
                told.getCode(),
                told.getCode() == FailureCode.FAILURE_CODE_INVALID_ARGUMENT ? told.getField() : told.getMessage());
        throw finalReport.hasFailure() ? Failures.of(told, call) : Failures.lost();
    }

    private void lost(String reason) {
        over = true;
        if (finished()) {
            return;
        }
        LOG.warn("{}: lost: {}", request.requestId(), reason);
        // a head that broke the contract may still be working on it
        heads.cancel(request, CancelReason.CANCEL_REASON_CLIENT_GONE);
        throw Failures.lost();
    }

    int choices() {
        return choices.size();
    }

    /** How long the head may let the request wait for its turn; none: as long as it likes. */
    Duration queueTimeout() {
        return Duration.ofMillis(request.request().getQueueTimeoutMillis());
    }

    /** Whether the head has said its last word. */
    boolean over() {
        return over;
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

    /** Those that are paid for: what the head generated beyond a lease is not counted. */
    int generatedTokens() {
        int generated = countedTokens();
        return early == null ? generated : (int) Math.min(generated, lease.coveredTokens());
    }

    private int countedTokens() {
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
        lease.answered();
        request.covered(lease.coveredTokens(), lease.admittedAt());
        request.delivered().complete(delivered);
    }
}
