package dev.molink.stagenode.engine;

import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.VerifiedRows;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a stage computes within one formation, by request. Only rows that were really computed count; what they
 * were good for, plans tell later:
 * <ul>
 *   <li>a row is <em>computed</em>, or <em>recomputed</em> where the plan says so;
 *   <li>drafts of a verify step are nothing yet; the verdict makes them <em>accepted</em> or <em>rejected</em>, and
 *       without one they are <em>discarded</em> when the sequence ends;
 *   <li>rows that a sequence's end names as discarded leave those that count as computed.
 * </ul>
 *
 * <p>So at the last stage computed + accepted is prompt − cached + the sum over the choices of max(0, generated − 1) for
 * each request that ran to its end. Owned by the stage's loop thread.
 */
final class RowCounter {

    private final long epoch;
    private final Map<String, Tally> requests = new LinkedHashMap<>();
    private final Map<Long, Counted> sequences = new HashMap<>();

    RowCounter(long epoch) {
        this.epoch = epoch;
    }

    /** What a plan says about earlier steps, whether its own rows are computed or not. Twice is as good as once. */
    void applied(StepPlan plan) {
        for (VerifiedRows verified : plan.verified()) {
            Counted sequence = sequences.get(verified.sequenceId());
            if (sequence != null) {
                sequence.judge(verified);
            }
        }
        for (SequenceEnd end : plan.ended()) {
            Counted sequence = sequences.get(end.sequenceId());
            if (sequence != null) {
                sequence.end(end.discardedRows());
                if (end.over()) {
                    sequences.remove(end.sequenceId());
                    sequence.request.sequences--;
                }
            }
        }
    }

    /** A plan's rows were computed, in {@code nanos}; {@code received} and {@code sent} bytes of hidden states. */
    void computed(StepPlan plan, long nanos, long received, long sent) {
        plan.starts().forEach(this::start);
        long rowsLeft = plan.tokens();
        long nanosLeft = nanos;
        long receivedLeft = received;
        long sentLeft = sent;
        for (SequenceRows rows : plan.rows()) {
            long busy = nanosLeft * rows.tokenCount() / rowsLeft;
            long bytesIn = receivedLeft * rows.tokenCount() / rowsLeft;
            long bytesOut = sentLeft * rows.tokenCount() / rowsLeft;
            Counted sequence = sequences.get(rows.sequenceId());
            if (sequence != null) {
                sequence.add(rows);
                sequence.request.add(busy, bytesIn, bytesOut);
            }
            rowsLeft -= rows.tokenCount();
            nanosLeft -= busy;
            receivedLeft -= bytesIn;
            sentLeft -= bytesOut;
        }
    }

    private void start(SequenceStart start) {
        if (sequences.containsKey(start.sequenceId())) {
            return;
        }
        Tally request = requests.computeIfAbsent(start.requestId(), Tally::new);
        // The prompt's cached positions are the request's once: other choices share what the first one has computed.
        if (start.choice() == 0) {
            request.cachedTokens += start.cachedTokens();
        }
        request.sequences++;
        sequences.put(start.sequenceId(), new Counted(request));
    }

    /** Hands out what was counted since the last time for requests whose last sequence has ended. */
    void takeOver(Consumer<RequestCounts> counts) {
        take(counts, true);
    }

    /** Hands out all that was counted since the last time. */
    void takeAll(Consumer<RequestCounts> counts) {
        take(counts, false);
    }

    private void take(Consumer<RequestCounts> counts, boolean overOnly) {
        for (Iterator<Tally> each = requests.values().iterator(); each.hasNext(); ) {
            Tally request = each.next();
            boolean over = request.sequences == 0;
            if (over || !overOnly) {
                RequestCounts difference = request.take(epoch);
                if (difference != null) {
                    counts.accept(difference);
                }
            }
            if (over) {
                each.remove();
            }
        }
    }

    /** What was counted for one request since it was last taken. */
    private static final class Tally {

        private final String requestId;
        private int sequences;
        private long computed;
        private long recomputed;
        private long accepted;
        private long rejected;
        private long discarded;
        private long cachedTokens;
        private long busyNanos;
        private long bytesReceived;
        private long bytesSent;

        Tally(String requestId) {
            this.requestId = requestId;
        }

        void add(long nanos, long received, long sent) {
            busyNanos += nanos;
            bytesReceived += received;
            bytesSent += sent;
        }

        @Nullable
        RequestCounts take(long epoch) {
            RequestCounts taken = new RequestCounts(
                    requestId,
                    epoch,
                    new RequestCounts.Rows(computed, recomputed, 0, accepted, rejected, discarded),
                    cachedTokens,
                    busyNanos,
                    bytesReceived,
                    bytesSent);
            computed = recomputed = accepted = rejected = discarded = 0;
            cachedTokens = busyNanos = bytesReceived = bytesSent = 0;
            return taken.equals(RequestCounts.none(requestId, epoch)) ? null : taken;
        }
    }

    /** The rows of one sequence since it was started, or started again. */
    private static final class Counted {

        private final Tally request;

        /** Rows that count as computed. */
        private long computed;

        /** Drafts without a verdict. */
        private long drafts;

        Counted(Tally request) {
            this.request = request;
        }

        void add(SequenceRows rows) {
            int drafted = Math.max(0, rows.sampledRows() - 1);
            int fresh = rows.tokenCount() - rows.recomputedRows() - drafted;
            drafts += drafted;
            computed += fresh;
            request.computed += fresh;
            request.recomputed += rows.recomputedRows();
        }

        void judge(VerifiedRows verified) {
            long accepted = Math.min(drafts, verified.accepted());
            long rejected = Math.min(drafts - accepted, verified.rejected());
            drafts -= accepted + rejected;
            request.accepted += accepted;
            request.rejected += rejected;
        }

        /** Of the rows computed here some were for nothing, and so were all drafts that nobody judged. */
        void end(long discardedRows) {
            long discarded = Math.min(computed, discardedRows);
            request.computed -= discarded;
            request.discarded += discarded + drafts;
            computed = 0;
            drafts = 0;
        }
    }
}
