package dev.molink.stagenode.replay;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitDecision;
import dev.molink.stagenode.transmit.TransmitMessage;
import dev.molink.stagenode.transmit.TransmitQueue;
import org.jspecify.annotations.Nullable;

/** What a {@link TransmitQueue} is told and asked. */
public sealed interface QueueEvent<A extends @Nullable Object> extends MachineEvent<TransmitQueue, A> {

    record MessageAdded(TransmitMessage message, long nowNanos) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.add(message, nowNanos);
            return null;
        }
    }

    record MessageExtended(long id, long readyBytes, long nowNanos) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.extend(id, readyBytes, nowNanos);
            return null;
        }
    }

    record RepeatAsked(long id, TransmitClass kind, long offset, int length, long nowNanos)
            implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.repeat(id, kind, offset, length, nowNanos);
            return null;
        }
    }

    record Acknowledged(long id, long receivedBytes, long arrivedNanos, long nowNanos)
            implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.acknowledged(id, receivedBytes, arrivedNanos, nowNanos);
            return null;
        }
    }

    record RoundTripMeasured(long nanos, long nowNanos) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.roundTrip(nanos, nowNanos);
            return null;
        }
    }

    /** @param running whether it began or ended */
    record DecodeRan(boolean running, long nowNanos) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            if (running) {
                queue.decodeBegan(nowNanos);
            } else {
                queue.decodeEnded(nowNanos);
            }
            return null;
        }
    }

    record DecisionAsked(long nowNanos, boolean decodeWritable, boolean prefillWritable)
            implements QueueEvent<TransmitDecision> {

        @Override
        public TransmitDecision applyTo(TransmitQueue queue) {
            return queue.next(nowNanos, decodeWritable, prefillWritable);
        }
    }

    record MessageDropped(long id) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.drop(id);
            return null;
        }
    }

    record Cleared() implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.clear();
            return null;
        }
    }

    record ProbeAsked(long nowNanos) implements QueueEvent<Boolean> {

        @Override
        public Boolean applyTo(TransmitQueue queue) {
            return queue.isProbeDue(nowNanos);
        }
    }

    record RateAssumed(LinkRate rate, long nowNanos) implements QueueEvent<@Nullable Void> {

        @Override
        public @Nullable Void applyTo(TransmitQueue queue) {
            queue.assume(rate, nowNanos);
            return null;
        }
    }
}
