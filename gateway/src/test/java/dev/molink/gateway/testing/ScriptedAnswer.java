package dev.molink.gateway.testing;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.RequestReport;
import java.util.Arrays;

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
        generated[choice] += ids.length;
        if (reason != FinishReason.FINISH_REASON_UNSPECIFIED) {
            finish[choice] = reason;
        }
        node.send(NodeMessage.newBuilder().setEvent(event).build());
        return this;
    }

    /** Samples the end id. */
    public ScriptedAnswer stop(int choice) {
        return ids(choice, FinishReason.FINISH_REASON_STOP, DemoText.END_ID);
    }

    public RequestReport report() {
        return send(RequestReport.newBuilder());
    }

    public RequestReport fail(FailureCode code) {
        Arrays.fill(finish, FinishReason.FINISH_REASON_FAILED);
        return send(RequestReport.newBuilder()
                .setFailure(Failure.newBuilder().setCode(code).setMessage("as the script says")));
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
