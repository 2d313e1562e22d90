package dev.molink.stagenode.replay;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitDecision;
import dev.molink.stagenode.transmit.TransmitMessage;
import dev.molink.stagenode.transmit.TransmitQueue;

/** What a {@link TransmitQueue} is told and asked. */
public sealed interface QueueEvent<A> extends MachineEvent<TransmitQueue, A> {

    record MessageAdded(TransmitMessage message, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.add(message, nowNanos);
            return Told.TOLD;
        }
    }

    record MessageExtended(long id, long readyBytes, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.extend(id, readyBytes, nowNanos);
            return Told.TOLD;
        }
    }

    record RepeatAsked(long id, TransmitClass kind, long offset, int length, long nowNanos)
            implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.repeat(id, kind, offset, length, nowNanos);
            return Told.TOLD;
        }
    }

    record Acknowledged(long id, long receivedBytes, long arrivedNanos, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.acknowledged(id, receivedBytes, arrivedNanos, nowNanos);
            return Told.TOLD;
        }
    }

    record RoundTripMeasured(long nanos, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.roundTrip(nanos, nowNanos);
            return Told.TOLD;
        }
    }

    /** @param running whether it began or ended */
    record DecodeRan(boolean running, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            if (running) {
                queue.decodeBegan(nowNanos);
            } else {
                queue.decodeEnded(nowNanos);
            }
            return Told.TOLD;
        }
    }

    record DecisionAsked(long nowNanos, boolean decodeWritable, boolean prefillWritable)
            implements QueueEvent<TransmitDecision> {

        @Override
        public TransmitDecision applyTo(TransmitQueue queue) {
            return queue.next(nowNanos, decodeWritable, prefillWritable);
        }
    }

    record MessageDropped(long id) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.drop(id);
            return Told.TOLD;
        }
    }

    record Cleared() implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.clear();
            return Told.TOLD;
        }
    }

    record ProbeAsked(long nowNanos) implements QueueEvent<Boolean> {

        @Override
        public Boolean applyTo(TransmitQueue queue) {
            return queue.isProbeDue(nowNanos);
        }
    }

    record RateAssumed(LinkRate rate, long nowNanos) implements QueueEvent<Told> {

        @Override
        public Told applyTo(TransmitQueue queue) {
            queue.assume(rate, nowNanos);
            return Told.TOLD;
        }
    }
}
