package dev.molink.bench.fleet;

import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepPlan;

/**
 * Bytes of messages on the wire, besides hidden states.
 *
 * <p>A frame of a hidden state has a header of at most {@value #CHUNK_HEADER} bytes (epoch, step, class, shape, offset,
 * lengths and checksum as variable-length numbers), gRPC puts {@value #GRPC_HEADER} in front of each message, and HTTP/2
 * {@value #HTTP_HEADER} in front of each {@value #HTTP_FRAME} bytes. What TCP and IP add is taken as part of the link's
 * rate, as a relay between sockets does. Plans and outcomes are counted by the fields that they carry, each tag and small
 * number as one byte and each sequence id, position and block id as two.
 */
final class WireSizes {

    static final int CHUNK_HEADER = 48;
    static final int GRPC_HEADER = 5;
    static final int HTTP_HEADER = 9;
    static final int HTTP_FRAME = 16_384;

    private static final int SEALED_MESSAGE = 20;
    private static final int ROWS = 16;
    private static final int DRAFT = 3;
    private static final int START = 72;
    private static final int APPEND = 10;
    private static final int BLOCK = 2;
    private static final int SMALL_CHANGE = 12;
    private static final int SAMPLED_TOKEN = 13;

    private WireSizes() {}

    /** Bytes that a frame takes besides the {@code length} bytes of its message. */
    static int overhead(int length) {
        int message = CHUNK_HEADER + GRPC_HEADER + length;
        return CHUNK_HEADER + GRPC_HEADER + Math.ceilDiv(message, HTTP_FRAME) * HTTP_HEADER;
    }

    static int plan(StepPlan plan) {
        int drafts = plan.kind() == dev.molink.stagenode.plan.StepKind.VERIFY ? plan.tokens() : 0;
        int blocks = plan.blocks().appends().stream()
                .mapToInt(append -> APPEND + BLOCK * append.blockIds().size())
                .sum();
        int changes = plan.blocks().trims().size()
                + plan.blocks().copies().size()
                + plan.verified().size()
                + plan.ended().size();
        return SEALED_MESSAGE
                + ROWS * plan.rows().size()
                + DRAFT * drafts
                + START * plan.starts().size()
                + blocks
                + SMALL_CHANGE * changes;
    }

    static int outcome(StepOutcome outcome) {
        return SEALED_MESSAGE
                + (outcome instanceof Sampled sampled
                        ? SAMPLED_TOKEN * sampled.tokens().size()
                        : 0);
    }
}
