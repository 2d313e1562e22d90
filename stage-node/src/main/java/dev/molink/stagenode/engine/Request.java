package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.scheduling.RowCounts;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request from its arrival to its report: what each choice has generated, how it ended, and what was computed for it.
 * It is over when its client gets nothing more; its report follows when all its sequences have left the pipeline. Owned
 * by the head's thread.
 */
final class Request {

    private final GenerateRequest asked;
    private final Arrival arrival;
    private final int[] generated;
    private final FinishReason[] finish;

    /** Id of the first choice's sequence; the other choices' follow. */
    private final long firstSequenceId;

    /** Sequences that are in the scheduler. */
    private int sequencesLeft;

    private RowCounts rows = RowCounts.NONE;
    private int cachedTokens;
    private long firstTokenUnixNanos;
    private boolean over;
    private FinishReason otherwise = FinishReason.FINISH_REASON_UNSPECIFIED;
    private @Nullable Failure failure;
    private long finishedUnixNanos;

    /**
     * When a request came.
     *
     * @param unixNanos for people and books
     * @param nanos for its time limits
     */
    record Arrival(long unixNanos, long nanos) {}

    Request(GenerateRequest asked, long firstSequenceId, Arrival arrival) {
        this.asked = asked;
        this.firstSequenceId = firstSequenceId;
        this.arrival = arrival;
        this.generated = new int[asked.getChoices()];
        this.finish = new FinishReason[asked.getChoices()];
        Arrays.fill(generated, asked.getGeneratedTokenIdsCount());
        Arrays.fill(finish, FinishReason.FINISH_REASON_UNSPECIFIED);
    }

    String id() {
        return asked.getRequestId();
    }

    GenerateRequest asked() {
        return asked;
    }

    Arrival arrival() {
        return arrival;
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

    /** Its sequences are in the scheduler from now on. */
    void started() {
        sequencesLeft = choices();
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
        return !over && List.of(finish).contains(FinishReason.FINISH_REASON_UNSPECIFIED);
    }

    /** Nothing more comes for the client; choices that have not ended by themselves end for {@code reason}. */
    void over(FinishReason reason, @Nullable Failure cause, long unixNanos) {
        over = true;
        otherwise = reason;
        failure = cause;
        finishedUnixNanos = unixNanos;
    }

    boolean isOver() {
        return over;
    }

    void released(Released update) {
        sequencesLeft--;
        rows = rows.plus(update.rows());
        cachedTokens += update.cachedTokens();
    }

    boolean hasLeftThePipeline() {
        return sequencesLeft == 0;
    }

    /** The report of a request that is over. */
    RequestReport report(@Nullable PipelineShape shape) {
        RequestReport.Builder report = RequestReport.newBuilder()
                .setRequestId(id())
                .setAccounting(asked.getAccounting())
                .setPromptTokens(asked.getPromptTokenIdsCount())
                .setCachedTokens(cachedTokens)
                .setRows(encodedRows())
                .setReceivedUnixNanos(arrival.unixNanos())
                .setFirstTokenUnixNanos(firstTokenUnixNanos)
                .setFinishedUnixNanos(finishedUnixNanos);
        for (int choice = 0; choice < choices(); choice++) {
            report.addGeneratedTokens(generated[choice]);
            report.addFinish(finish[choice] == FinishReason.FINISH_REASON_UNSPECIFIED ? otherwise : finish[choice]);
        }
        if (shape != null) {
            report.setModel(shape.model().getName())
                    .setPipeline(shape.pipeline())
                    .setEpoch(shape.epoch())
                    .setCodec(shape.wire().codec().toString());
        }
        if (failure != null) {
            report.setFailure(failure);
        }
        return report.build();
    }

    private dev.molink.proto.node.v1.RowCounts encodedRows() {
        return dev.molink.proto.node.v1.RowCounts.newBuilder()
                .setComputed(rows.computed())
                .setRecomputed(rows.recomputed())
                .setVerifiedAccepted(rows.verifiedAccepted())
                .setVerifiedRejected(rows.verifiedRejected())
                .setDiscarded(rows.discarded())
                .build();
    }
}
