package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request in progress: what each choice has generated, and how it ended. Owned by the head's thread. */
final class Request {

    private final GenerateRequest asked;
    private final long receivedUnixNanos;
    private final int[] generated;
    private final FinishReason[] finish;
    private long firstTokenUnixNanos;

    /** Id of the first choice's sequence; the other choices' follow. */
    private final long firstSequenceId;

    Request(GenerateRequest asked, long firstSequenceId, long receivedUnixNanos) {
        this.asked = asked;
        this.firstSequenceId = firstSequenceId;
        this.receivedUnixNanos = receivedUnixNanos;
        this.generated = new int[asked.getChoices()];
        this.finish = new FinishReason[asked.getChoices()];
        Arrays.fill(generated, asked.getGeneratedTokenIdsCount());
        Arrays.fill(finish, FinishReason.FINISH_REASON_UNSPECIFIED);
    }

    String id() {
        return asked.getRequestId();
    }

    int choices() {
        return generated.length;
    }

    long sequenceId(int choice) {
        return firstSequenceId + choice;
    }

    int choiceOf(long sequenceId) {
        return (int) (sequenceId - firstSequenceId);
    }

    /** Counts a sampled id and returns its index among the choice's generated ones. */
    int sampled(int choice, long unixNanos) {
        if (firstTokenUnixNanos == 0) {
            firstTokenUnixNanos = unixNanos;
        }
        return generated[choice]++;
    }

    void choiceEnded(int choice, FinishReason reason) {
        finish[choice] = reason;
    }

    boolean goesOn() {
        return List.of(finish).contains(FinishReason.FINISH_REASON_UNSPECIFIED);
    }

    /** The report; choices that had not ended by themselves ended for {@code reason}. */
    RequestReport report(
            @Nullable PipelineShape shape, FinishReason reason, @Nullable Failure failure, long finishedUnixNanos) {
        RequestReport.Builder report = RequestReport.newBuilder()
                .setRequestId(id())
                .setAccounting(asked.getAccounting())
                .setPromptTokens(asked.getPromptTokenIdsCount())
                .setReceivedUnixNanos(receivedUnixNanos)
                .setFirstTokenUnixNanos(firstTokenUnixNanos)
                .setFinishedUnixNanos(finishedUnixNanos);
        for (int choice = 0; choice < choices(); choice++) {
            report.addGeneratedTokens(generated[choice]);
            report.addFinish(finish[choice] == FinishReason.FINISH_REASON_UNSPECIFIED ? reason : finish[choice]);
        }
        if (shape != null) {
            report.setModel(shape.model().getName())
                    .setPipeline(shape.pipeline())
                    .setEpoch(shape.epoch());
        }
        if (failure != null) {
            report.setFailure(failure);
        }
        return report.build();
    }
}
