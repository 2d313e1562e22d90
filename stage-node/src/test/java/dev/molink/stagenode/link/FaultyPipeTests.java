package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Driven;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitPolicy;
import dev.molink.stagenode.transmit.TransmitQueue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Both ends of a link on virtual time, over a pipe that corrupts, duplicates, drops and reorders: everything arrives once,
 * as it was sent, plans in order, and nothing stays in memory.
 */
class FaultyPipeTests {

    private static final int SEEDS = Boolean.getBoolean("molink.test.full") ? 200 : 8;
    private static final int HIDDEN = 96;
    private static final long MILLI = 1_000_000;
    private static final long ONE_WAY = 5 * MILLI;
    private static final double BYTES_PER_NANO = 0.0125; // 100 Mbit/s

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void deliversEverythingOnceAndInOrder(TransmitPolicy policy) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            double share = List.of(0.0, 0.01, 0.1).get(random.nextInt(3));
            ActivationCodec codec = List.of(ActivationCodec.values()).get(random.nextInt(3));
            Pipe pipe =
                    new Pipe(policy, codec, 1 + random.nextInt(2), new LinkFaults(share, share, share, share, seed));

            pipe.run(random, 60);

            assertThat(pipe.arrived.plans).as("plans, seed %d", seed).isEqualTo(pipe.sentPlans);
            assertThat(pipe.arrived.hidden.keySet())
                    .as("hidden states, seed %d", seed)
                    .isEqualTo(pipe.sentHidden.keySet());
            for (Map.Entry<Long, float[]> sent : pipe.sentHidden.entrySet()) {
                assertThat(pipe.arrived.hidden.get(sent.getKey()))
                        .as("step %d, seed %d", sent.getKey(), seed)
                        .isEqualTo(sent.getValue());
            }
            assertThat(pipe.outbox.pendingBytes()).as("seed %d", seed).isZero();
            assertThat(pipe.inboxes.stream().mapToLong(Inbox::heldBytes).sum())
                    .as("seed %d", seed)
                    .isZero();
        }
    }

    @Test
    void repeatsNothingWhereNothingIsLostHoweverSlowTheWireIs() throws Exception {
        Pipe pipe = new Pipe(TransmitPolicy.FIFO, ActivationCodec.F32, 2, LinkFaults.NONE);

        pipe.run(new Random(3), 200);

        assertThat(pipe.outbox.traffic(pipe.now).framesRepeated()).isZero();
    }

    @Test
    void givesUpOnWhatNeverArrives() throws Exception {
        Pipe pipe = new Pipe(TransmitPolicy.FAIR, ActivationCodec.F32, 1, LinkFaults.NONE);
        pipe.swallows = frame -> {
            FrameHeader header = SealedFrames.open(frame);
            return header != null && header.hasPlan();
        };

        assertThatExceptionOfType(CorruptFrameException.class)
                .isThrownBy(() -> pipe.run(new Random(3), 2))
                .withMessageMatching("the plan of step \\d did not arrive in 20 attempts .*");
    }

    /** A wire of some rate and delay in each direction, and both ends of the link that it carries. */
    private static final class Pipe {

        private final ActivationCodec codec;
        private final LinkSpec spec;
        private final Outbox outbox;
        private final List<Inbox> inboxes = new ArrayList<>();
        private final List<Consumer<Frame>> forward = new ArrayList<>();
        private final List<Consumer<Frame>> back = new ArrayList<>();
        private final PriorityQueue<Arrival> wire =
                new PriorityQueue<>(Comparator.comparingLong(Arrival::atNanos).thenComparingLong(Arrival::order));
        private final Arrived arrived = new Arrived();
        private final List<Long> sentPlans = new ArrayList<>();
        private final Map<Long, float[]> sentHidden = new HashMap<>();
        private Predicate<Frame> swallows = _ -> false;

        private long now;
        private long order;
        private long wireFree;

        private record Arrival(long atNanos, long order, int lane, boolean isBack, Frame frame) {}

        Pipe(TransmitPolicy policy, ActivationCodec codec, int lanes, LinkFaults faults) {
            this.codec = codec;
            this.spec = new LinkSpec(1, "here", "there", "the other end", HIDDEN, codec);
            this.outbox = new Outbox(
                    spec,
                    new Driven<>(new TransmitQueue(policy), null),
                    lanes,
                    1 << 20,
                    ActivationPool.ofArrays(8 << 20));
            for (int lane = 0; lane < lanes; lane++) {
                int number = lane;
                inboxes.add(new Inbox(spec, arrived));
                forward.add(FaultyFrames.between(faults, lane, frame -> put(number, false, frame)));
                back.add(FaultyFrames.between(faults, -1 - lane, frame -> put(number, true, frame)));
            }
        }

        private void put(int lane, boolean isBack, Frame frame) {
            if (swallows.test(frame)) {
                return;
            }
            Frame copy = frame.toBuilder()
                    .setData(ByteString.copyFrom(frame.getData().toByteArray()))
                    .build();
            long began = isBack ? now : Math.max(now, wireFree);
            long sent = began + (long) (frame.getSerializedSize() / BYTES_PER_NANO);
            if (!isBack) {
                wireFree = sent;
            }
            wire.add(new Arrival(sent + ONE_WAY, order++, lane, isBack, copy));
        }

        void run(Random random, int steps) throws CorruptFrameException {
            for (long step = 0; step < steps; step++) {
                add(random, step);
                turnUntil(now + random.nextInt(20) * MILLI);
            }
            long deadline = now + 120_000 * MILLI;
            while (!isDone() && now < deadline) {
                turnUntil(now + 10 * MILLI);
            }
        }

        private boolean isDone() {
            return outbox.pendingBytes() == 0
                    && arrived.plans.size() == sentPlans.size()
                    && arrived.hidden.size() == sentHidden.size();
        }

        private void add(Random random, long step) {
            outbox.add(plan(step), now);
            sentPlans.add(step);
            TransmitClass kind = random.nextInt(3) == 0 ? TransmitClass.PREFILL : TransmitClass.DECODE;
            int rows = 1 + random.nextInt(kind == TransmitClass.PREFILL ? 1_500 : 8);
            float[] values = new float[rows * HIDDEN];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat() - 0.5f;
            }
            boolean isAbandoned = random.nextInt(10) == 0;
            int first = 0;
            while (first < rows) {
                int count = 1 + random.nextInt(rows - first);
                if (isAbandoned && first + count == rows) {
                    outbox.abandon(now);
                    return;
                }
                byte[] range = new byte[count * HIDDEN * Float.BYTES];
                MemorySegment.copy(
                        MemorySegment.ofArray(values),
                        (long) first * HIDDEN * Float.BYTES,
                        MemorySegment.ofArray(range),
                        0,
                        range.length);
                outbox.add(
                        new HiddenRows(step, kind, rows, first, count, Activation.of(MemorySegment.ofArray(range))),
                        now);
                first += count;
            }
            sentHidden.put(step, asReceived(values, rows));
        }

        /** What the codec makes of the values. */
        private float[] asReceived(float[] values, int rows) {
            MemorySegment encoded = MemorySegment.ofArray(new byte[(int) (rows * codec.rowBytes(HIDDEN))]);
            float[] received = new float[values.length];
            codec.encode(MemorySegment.ofArray(values), rows, HIDDEN, encoded);
            codec.decode(encoded, rows, HIDDEN, MemorySegment.ofArray(received));
            return received;
        }

        private void turnUntil(long until) throws CorruptFrameException {
            while (true) {
                long next = send();
                Arrival first = wire.peek();
                long at = Math.min(next, first == null ? Long.MAX_VALUE : first.atNanos());
                if (at > until) {
                    now = until;
                    return;
                }
                now = Math.max(now, at);
                if (first != null && first.atNanos() <= now) {
                    wire.remove();
                    arrive(first);
                }
            }
        }

        /** Sends what may go while the wire takes it; returns when there is more to do. */
        private long send() throws CorruptFrameException {
            while (true) {
                boolean writable = wireFree <= now;
                switch (outbox.next(now, writable, writable)) {
                    case Outbox.Move.Send(int lane, Frame frame) ->
                        forward.get(lane).accept(frame);
                    case Outbox.Move.Wait(long until)
                    when until > now -> {
                        return writable ? until : Math.min(until, wireFree);
                    }
                    case Outbox.Move.Wait _ -> {}
                }
            }
        }

        private void arrive(Arrival arrival) throws CorruptFrameException {
            if (!arrival.isBack()) {
                Acknowledgement reply = inboxes.get(arrival.lane()).accept(arrival.frame(), now);
                if (reply != null) {
                    back.get(arrival.lane()).accept(Frames.acknowledgement(spec.epoch(), reply));
                }
                return;
            }
            FrameHeader header = SealedFrames.open(arrival.frame());
            if (header != null) {
                outbox.acknowledged(arrival.lane(), header.getAcknowledgement(), now);
            }
        }

        private static StepPlan plan(long step) {
            return new StepPlan(
                    1, step, StepKind.DECODE, List.of(), List.of(), BlockChanges.NONE, List.of(), List.of());
        }
    }

    private static final class Arrived implements Inbox.Receiver {

        private final List<Long> plans = new ArrayList<>();
        private final Map<Long, float[]> hidden = new HashMap<>();

        @Override
        public void message(ControlKind kind, ByteString bytes) throws CorruptFrameException {
            plans.add(PlanCodec.decode(bytes).stepId());
        }

        @Override
        public void hidden(HiddenState state) {
            float[] earlier = hidden.put(state.stepId(), state.values().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            assertThat(earlier).as("step %d came before", state.stepId()).isNull();
        }

        @Override
        public void acknowledged(Acknowledgement acknowledgement) {
            throw new AssertionError("nothing was sent back");
        }

        @Override
        public void connection(FrameHeader header) {
            throw new AssertionError("nothing was opened");
        }
    }
}
