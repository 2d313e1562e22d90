package dev.molink.gateway.testing;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateEvents;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/** One request as a script answers it; keeps the positions and counts that a head would. */
public final class ScriptedAnswer {

    private static final long START_NANOS = 1_790_000_000_000_000_000L;

    private final ScriptedNode node;
    private final GenerateRequest request;
    private final int[] generated;
    private final FinishReason[] finish;

    ScriptedAnswer(ScriptedNode node, GenerateRequest request) {
        this.node = node;
        this.request = request;
        this.generated = new int[request.getChoices()];
        this.finish = new FinishReason[request.getChoices()];
        Arrays.fill(finish, FinishReason.FINISH_REASON_CANCELLED);
    }

    public GenerateRequest request() {
        return request;
    }

    /** Sends the ids of a text, each in an event of its own. */
    public ScriptedAnswer say(int choice, String text) {
        for (int id : DemoText.ids(text)) {
            ids(choice, FinishReason.FINISH_REASON_UNSPECIFIED, id);
        }
        return this;
    }

    public ScriptedAnswer ids(int choice, FinishReason reason, int... ids) {
        GenerateEvent.Builder event = GenerateEvent.newBuilder()
                .setRequestId(request.getRequestId())
                .setChoice(choice)
                .setIndex(generated[choice])
                .setFinish(reason);
        Arrays.stream(ids).forEach(event::addTokenIds);
        SamplingParameters sampling = request.getSampling();
        if (sampling.hasLogprobs()) {
            Arrays.stream(ids).forEach(id -> event.addLogprobs(scores(id, sampling.getLogprobs())));
        }
        generated[choice] += ids.length;
        if (reason != FinishReason.FINISH_REASON_UNSPECIFIED) {
            finish[choice] = reason;
        }
        send(event);
        return this;
    }

    private void send(GenerateEvent.Builder event) {
        node.send(NodeMessage.newBuilder()
                .setEvents(GenerateEvents.newBuilder().addEvents(event))
                .build());
    }

    /** Samples the end id. */
    public ScriptedAnswer stop(int choice) {
        return ids(choice, FinishReason.FINISH_REASON_STOP, DemoText.END_ID);
    }

    /** Breaks the contract: an id without the log-probabilities that the request wants. */
    public ScriptedAnswer unscored(int choice, int id) {
        send(GenerateEvent.newBuilder()
                .setRequestId(request.getRequestId())
                .setChoice(choice)
                .setIndex(generated[choice])
                .addTokenIds(id));
        return this;
    }

    /** Scores the prompt's ids from the second on, a few in each event. */
    public ScriptedAnswer scorePrompt() {
        List<Integer> ids = request.getPromptTokenIdsList();
        for (int first = 1; first < ids.size(); first += 2) {
            GenerateEvent.Builder event = GenerateEvent.newBuilder().setRequestId(request.getRequestId());
            for (int id : ids.subList(first, Math.min(first + 2, ids.size()))) {
                event.addPromptLogprobs(scores(id, request.getPromptLogprobs()));
            }
            send(event);
        }
        return this;
    }

    /** What this head says of any id: it is the second likeliest, and its neighbours by number are the likeliest. */
    public static TokenLogprobs scores(int id, int top) {
        TokenLogprobs.Builder scores =
                TokenLogprobs.newBuilder().setLogprob(logprob(1)).setRank(2);
        for (int rank = 0; rank < top; rank++) {
            scores.addTopTokenIds(rank == 1 ? id : id + 1 + rank).addTopLogprobs(logprob(rank));
        }
        return scores.build();
    }

    /** Of the likeliest tokens, the likeliest at 0. */
    public static float logprob(int rank) {
        return -0.25f - rank;
    }

    public RequestReport report() {
        return send(RequestReport.newBuilder());
    }

    /** Reports with what else a head counts. */
    public RequestReport report(UnaryOperator<RequestReport.Builder> more) {
        return send(more.apply(RequestReport.newBuilder()));
    }

    public RequestReport fail(FailureCode code) {
        return fail(Failure.newBuilder()
                .setCode(code)
                .setMessage("as the script says")
                .build());
    }

    public RequestReport fail(Failure failure) {
        Arrays.fill(finish, FinishReason.FINISH_REASON_FAILED);
        return send(RequestReport.newBuilder().setFailure(failure));
    }

    /** Waits until the gateway cancels this request. */
    public CancelRequest awaitCancel() {
        return node.cancelOf(request.getRequestId());
    }

    private RequestReport send(RequestReport.Builder report) {
        report.setRequestId(request.getRequestId())
                .setAccounting(request.getAccounting())
                .setModel(ScriptedNode.MODEL)
                .setPipeline("main")
                .setEpoch(1)
                .setPromptTokens(request.getPromptTokenIdsCount())
                .setReceivedUnixNanos(START_NANOS)
                .setFirstTokenUnixNanos(START_NANOS + 1_000_000)
                .setFinishedUnixNanos(START_NANOS + 5_000_000);
        Arrays.stream(generated).forEach(report::addGeneratedTokens);
        Arrays.stream(finish).forEach(report::addFinish);
        RequestReport built = report.build();
        node.report(built);
        return built;
    }
}
