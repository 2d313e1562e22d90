package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.transmit.TransmitDecision.Send;
import dev.molink.stagenode.transmit.TransmitDecision.Wait;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random traffic over a {@link VirtualLink}, and what every policy and {@code fair} in particular promise about it. */
class TransmitQueuePropertyTests {

    private static final int ARRIVALS_EACH = 120;

    @ParameterizedTest
    @EnumSource(TransmitPolicy.class)
    void sendsEveryByteOnceInOrderAndNeverRestsWithoutReason(TransmitPolicy policy) {
        int runs = runs();
        int frames = 0;

        for (long seed = 1; seed <= runs; seed++) {
            Traffic traffic = new Traffic(policy, seed);
            traffic.run();
            frames += traffic.link.sent().size();
        }

        System.out.printf(
                "transmit policy %s, seeds 1 to %d: %d arrivals, %d frames%n",
                policy, runs, runs * ARRIVALS_EACH, frames);
        assertThat(frames).isGreaterThan(runs * ARRIVALS_EACH);
    }

    @Test
    void fairKeepsItsThreeBounds() {
        int runs = runs();
        long[] seen = new long[3];

        for (long seed = 1; seed <= runs; seed++) {
            Traffic traffic = new Traffic(TransmitPolicy.FAIR, seed);
            traffic.run();
            seen[0] += traffic.bounds.floorFrames();
            seen[1] += traffic.floorWindows;
            seen[2] += traffic.bounds.timesClosed();
        }

        System.out.printf(
                "fair, seeds 1 to %d: %d arrivals, %d frames of the floor, %d windows of the floor, %d times closed%n",
                runs, runs * ARRIVALS_EACH, seen[0], seen[1], seen[2]);
        assertThat(Arrays.stream(seen).min().orElseThrow())
                .as("how often the rarest bound mattered")
                .isGreaterThan(runs);
    }

    private static int runs() {
        int arrivals = Boolean.getBoolean("molink.test.full") ? 12_000 : 1_200;
        return arrivals / ARRIVALS_EACH;
    }

    /** One link with its seeded arrivals, watched at every decision. */
    private static final class Traffic {

        private final TransmitPolicy policy;
        private final long seed;
        private final Random random;
        private final VirtualLink link;
        private final FairBounds bounds;
        private final Map<Long, Waiting> waiting = new HashMap<>();
        private long nextId = 1;
        private long floorWindows;

        private static final class Waiting {
            private final TransmitMessage message;
            private long ready;
            private long sent;

            Waiting(TransmitMessage message) {
                this.message = message;
                this.ready = message.readyBytes();
            }
        }

        Traffic(TransmitPolicy policy, long seed) {
            this.policy = policy;
            this.seed = seed;
            this.random = new Random(seed);
            double megabits = 5 * Math.pow(400, random.nextDouble());
            double delayMillis = random.nextInt(4) == 0 ? 0.1 : random.nextDouble() * 60;
            this.link = new VirtualLink(new TransmitQueue(policy), megabits, delayMillis, 1, seed);
            link.backJitter(random.nextInt(3) == 0 ? random.nextDouble() * 5 : 0);
            link.onDecision(this::watch);
            this.bounds = new FairBounds(link);
            arrivals(random.nextDouble(0.3, 3), random.nextDouble(0.3, 2));
        }

        /** Decode and prefill messages that load the link so much each. */
        private void arrivals(double decodeLoad, double prefillLoad) {
            long decodeBytes = Math.round(link.bytesPerSecond() * random.nextDouble(0.002, 0.04));
            long prefillBytes = Math.round(link.bytesPerSecond() * random.nextDouble(0.01, 0.3));
            double decodeNanos = decodeBytes / (link.bytesPerSecond() * decodeLoad) * 1e9;
            double prefillNanos = prefillBytes / (link.bytesPerSecond() * prefillLoad) * 1e9;
            long decodeAt = 0;
            long prefillAt = 0;
            for (int arrival = 0; arrival < ARRIVALS_EACH; arrival++) {
                if (decodeAt <= prefillAt) {
                    TransmitClass kind = random.nextInt(5) == 0 ? TransmitClass.CONTROL : TransmitClass.DECODE;
                    long bytes = kind == TransmitClass.CONTROL ? 50 + random.nextInt(1000) : spread(decodeBytes);
                    link.at(decodeAt, () -> add(kind, bytes));
                    decodeAt += spread(Math.round(decodeNanos));
                } else {
                    long bytes = spread(prefillBytes);
                    link.at(prefillAt, () -> add(TransmitClass.PREFILL, bytes));
                    prefillAt += spread(Math.round(prefillNanos));
                }
            }
            link.echoUntil(Math.max(decodeAt, prefillAt));
        }

        private long spread(long mean) {
            return Math.max(1, Math.round(mean * random.nextDouble(0.2, 1.8)));
        }

        private void add(TransmitClass kind, long bytes) {
            boolean grows = kind != TransmitClass.CONTROL && random.nextInt(3) == 0;
            long ready = grows ? random.nextLong(bytes) : bytes;
            long id = nextId++;
            TransmitMessage message = new TransmitMessage(id, kind, bytes, ready, id / 3, 0);
            waiting.put(id, new Waiting(message));
            link.add(message);
            if (ready < bytes) {
                link.at(link.nowNanos() + random.nextInt(20_000_000), () -> extend(id, bytes));
            }
        }

        private void extend(long id, long ready) {
            Objects.requireNonNull(waiting.get(id)).ready = ready;
            link.queue.extend(id, ready, link.nowNanos());
        }

        void run() {
            try {
                link.run();
                link.assertEverythingArrived();
                if (policy == TransmitPolicy.FAIR) {
                    floorWindows = bounds.assertFloor();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("%s with seed %d: %s".formatted(policy, seed, e.getMessage()), e);
            }
        }

        private void watch(VirtualLink.Decided decided) {
            boolean decodeWaits = isSendable(TransmitClass.DECODE) || isSendable(TransmitClass.CONTROL);
            boolean prefillWaits = policy == TransmitPolicy.FAIR ? isFlowSendable() : isSendable(TransmitClass.PREFILL);
            if (!decided.writable()) {
                assertThat(decided.decision()).isInstanceOf(Wait.class);
                return;
            }
            switch (decided.decision()) {
                case Send frame -> {
                    if (policy == TransmitPolicy.FAIR) {
                        bounds.sent(frame, decodeWaits, prefillWaits);
                    }
                    take(frame);
                }
                case Wait _ -> assertMayRest(decodeWaits, prefillWaits);
            }
        }

        private void take(Send frame) {
            Waiting message = Objects.requireNonNull(waiting.get(frame.id()));
            assertThat(frame.offset()).isEqualTo(message.sent);
            assertThat(frame.length()).isBetween(1, TransmitQueue.MAX_FRAME_BYTES);
            message.sent += frame.length();
            assertThat(message.sent).isLessThanOrEqualTo(message.ready);
            if (message.sent == message.message.bytes()) {
                waiting.remove(frame.id());
            }
        }

        private boolean isSendable(TransmitClass kind) {
            return waiting.values().stream()
                    .anyMatch(message -> message.message.kind() == kind && message.ready > message.sent);
        }

        /** Whether the first prefill message of some flow has bytes to send; those behind it are not their turn. */
        private boolean isFlowSendable() {
            Map<Long, Waiting> first = new HashMap<>();
            waiting.values().stream()
                    .filter(message -> message.message.kind() == TransmitClass.PREFILL)
                    .forEach(message -> first.merge(
                            message.message.flow(), message, (a, b) -> a.message.id() < b.message.id() ? a : b));
            return first.values().stream().anyMatch(message -> message.ready > message.sent);
        }

        private void assertMayRest(boolean decodeWaits, boolean prefillWaits) {
            switch (policy) {
                case FIFO -> {
                    Optional<Waiting> first =
                            waiting.values().stream().min(Comparator.comparingLong(message -> message.message.id()));
                    assertThat(first.filter(message -> message.ready > message.sent))
                            .isEmpty();
                }
                case CONCURRENT, MOLINK ->
                    assertThat(prefillWaits || decodeWaits).isFalse();
                case FAIR -> {
                    assertThat(decodeWaits).isFalse();
                    assertThat(prefillWaits && bounds.mustSend()).isFalse();
                }
            }
        }
    }
}
