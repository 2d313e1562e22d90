package dev.molink.stagenode.journal;

import dev.molink.proto.node.v1.RequestCounters;
import dev.molink.proto.node.v1.RowCounts;

/**
 * What a stage did for one request, in all or since it was last told. Differences may be negative: rows move from one
 * cause to another.
 *
 * @param epoch formation in which it did
 * @param cachedTokens positions of the prompt whose keys and values were there already
 * @param busyNanos computing time: of each step, the part of its rows
 * @param bytesReceived hidden states from the stage before
 * @param bytesSent hidden states to the next stage
 */
public record RequestCounts(
        String requestId,
        long epoch,
        Rows rows,
        long cachedTokens,
        long busyNanos,
        long bytesReceived,
        long bytesSent) {

    /**
     * Rows that were computed, by cause.
     *
     * @param computed for the first time, and not yet known to be good for nothing
     * @param recomputed again, after a preemption or for another choice
     * @param replayed again, after a stage was lost
     * @param accepted drafts that were right
     * @param rejected drafts that were wrong
     * @param discarded of steps that ran when the request was over already
     */
    public record Rows(long computed, long recomputed, long replayed, long accepted, long rejected, long discarded) {

        public static final Rows NONE = new Rows(0, 0, 0, 0, 0, 0);

        Rows plus(Rows other) {
            return new Rows(
                    computed + other.computed,
                    recomputed + other.recomputed,
                    replayed + other.replayed,
                    accepted + other.accepted,
                    rejected + other.rejected,
                    discarded + other.discarded);
        }
    }

    public static RequestCounts none(String requestId, long epoch) {
        return new RequestCounts(requestId, epoch, Rows.NONE, 0, 0, 0, 0);
    }

    /** Both together, under the request id and epoch of this one. */
    public RequestCounts plus(RequestCounts other) {
        return new RequestCounts(
                requestId,
                epoch,
                rows.plus(other.rows),
                cachedTokens + other.cachedTokens,
                busyNanos + other.busyNanos,
                bytesReceived + other.bytesReceived,
                bytesSent + other.bytesSent);
    }

    RequestCounters toMessage() {
        return RequestCounters.newBuilder()
                .setRequestId(requestId)
                .setEpoch(epoch)
                .setRows(RowCounts.newBuilder()
                        .setComputed(rows.computed)
                        .setRecomputed(rows.recomputed)
                        .setReplayed(rows.replayed)
                        .setVerifiedAccepted(rows.accepted)
                        .setVerifiedRejected(rows.rejected)
                        .setDiscarded(rows.discarded))
                .setCachedTokens(cachedTokens)
                .setBusyNanos(busyNanos)
                .setBytesReceived(bytesReceived)
                .setBytesSent(bytesSent)
                .build();
    }

    static RequestCounts of(RequestCounters counters) {
        RowCounts rows = counters.getRows();
        return new RequestCounts(
                counters.getRequestId(),
                counters.getEpoch(),
                new Rows(
                        rows.getComputed(),
                        rows.getRecomputed(),
                        rows.getReplayed(),
                        rows.getVerifiedAccepted(),
                        rows.getVerifiedRejected(),
                        rows.getDiscarded()),
                counters.getCachedTokens(),
                counters.getBusyNanos(),
                counters.getBytesReceived(),
                counters.getBytesSent());
    }
}
