package dev.molink.stagenode.probe;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Measures the way to another stage: the delay by round trips of empty chunks, the rate by trains of chunks that are sent
 * without a pause.
 *
 * <p>The rate of a train is the bytes after its first chunk by the time from the first chunk's arrival to the last one's:
 * what every chunk waits for alike, the delay and the begin of sending, falls out. Trains double until one takes 100 ms or
 * has 4 MiB, so that TCP's window and HTTP/2's grow with them, and that nobody waits long for a slow link. Trains of that
 * size follow as long as each is faster than all before, which code does that has not been compiled yet; the median of
 * the last five counts, of fewer when two seconds are over.
 */
public final class PathProbe {

    /** The longest train, its first chunk excepted. */
    public static final int MAX_TRAIN_BYTES = 4 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The first one waits for the connection, too. */
    private static final int ROUND_TRIPS = 6;

    private static final int FIRST_TRAIN_BYTES = 32 << 10;

    /** Short chunks let trains of slow links begin soon; long ones cost fast links little computing. */
    private static final int SHORTEST_CHUNK_BYTES = 4 << 10;

    private static final int CHUNKS = 16;
    private static final long LONG_ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int COUNTED_TRAINS = 5;
    private static final int MAX_TRAINS = 20;
    private static final double FASTER = 1.1;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Without meaning, and without anything that a line could compress. */
    private static final ByteString NOISE = noise();

    private final ProbeCall call;
    private final int maxTrainBytes;
    private final long beganNanos = System.nanoTime();

    private PathProbe(ProbeCall call, int maxTrainBytes) {
        this.call = call;
        this.maxTrainBytes = maxTrainBytes;
    }

    private static ByteString noise() {
        byte[] bytes = new byte[ProbeReceiver.MAX_CHUNK_BYTES];
        new Random(bytes.length).nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    /**
     * Measures the way to the stage at {@code address}; takes 5 s at most.
     *
     * @param maxTrainBytes of the longest train; 0 measures the delay only and leaves the rate unknown
     * @throws IllegalArgumentException if {@code address} is not HOST:PORT, or the train is longer than
     *     {@link #MAX_TRAIN_BYTES}
     * @throws StatusException if the other stage cannot be reached or does not answer in time
     */
    public static LinkRate measure(PeerDialer dialer, String address, long maxTrainBytes)
            throws StatusException, InterruptedException {
        if (maxTrainBytes < 0 || maxTrainBytes > MAX_TRAIN_BYTES) {
            throw new IllegalArgumentException(
                    "a train of %d bytes is outside 0 … %d".formatted(maxTrainBytes, MAX_TRAIN_BYTES));
        }
        ManagedChannel channel = dialer.dial(address);
        try (ProbeCall call = new ProbeCall(PATIENCE)) {
            StageServiceGrpc.newStub(channel)
                    .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .probe(call);
            return new PathProbe(call, (int) maxTrainBytes).measure();
        } finally {
            channel.shutdown();
        }
    }

    private LinkRate measure() throws StatusException, InterruptedException {
        long oneWayNanos = shortestRoundTrip() / 2;
        return new LinkRate(maxTrainBytes == 0 ? 0 : rate(), Math.max(1, oneWayNanos));
    }

    private long shortestRoundTrip() throws StatusException, InterruptedException {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < ROUND_TRIPS; i++) {
            long began = System.nanoTime();
            call.send(ProbeChunk.newBuilder().setLast(true).build());
            call.receipt();
            shortest = Math.min(shortest, System.nanoTime() - began);
        }
        return shortest;
    }

    private long rate() throws StatusException, InterruptedException {
        int bytes = Math.min(FIRST_TRAIN_BYTES, maxTrainBytes);
        ProbeReceipt receipt = train(bytes);
        while (bytes < maxTrainBytes && nanos(receipt) < LONG_ENOUGH_NANOS) {
            bytes = Math.min(2 * bytes, maxTrainBytes);
            receipt = train(bytes);
        }
        return Math.round(steadyRate(bytes, bytesPerSecond(receipt)));
    }

    /** The rate of trains of one length, of which {@code first} is that of the first. */
    private double steadyRate(int bytes, double first) throws StatusException, InterruptedException {
        List<Double> rates = new ArrayList<>(List.of(first));
        double fastest = first;
        boolean rising = false;
        while ((rates.size() < COUNTED_TRAINS || rising)
                && rates.size() < MAX_TRAINS
                && System.nanoTime() - beganNanos < ENOUGH_NANOS) {
            double rate = bytesPerSecond(train(bytes));
            rates.add(rate);
            rising = rate > FASTER * fastest;
            fastest = Math.max(fastest, rate);
        }
        List<Double> counted = rates.subList(Math.max(0, rates.size() - COUNTED_TRAINS), rates.size()).stream()
                .sorted()
                .toList();
        return counted.get(counted.size() / 2);
    }

    private ProbeReceipt train(int bytesAfterFirst) throws StatusException, InterruptedException {
        int chunk = Math.clamp(bytesAfterFirst / CHUNKS, SHORTEST_CHUNK_BYTES, NOISE.size());
        call.send(ProbeChunk.newBuilder().setData(NOISE.substring(0, chunk)).build());
        int left = bytesAfterFirst;
        while (left > 0) {
            int length = Math.min(left, chunk);
            left -= length;
            call.send(ProbeChunk.newBuilder()
                    .setData(NOISE.substring(0, length))
                    .setLast(left == 0)
                    .build());
        }
        return call.receipt();
    }

    private static long nanos(ProbeReceipt receipt) {
        return Math.max(1, receipt.getLastArrivalNanos() - receipt.getFirstArrivalNanos());
    }

    private static double bytesPerSecond(ProbeReceipt receipt) {
        return receipt.getBytesAfterFirst() * NANOS_PER_SECOND / nanos(receipt);
    }
}
