package dev.molink.stagenode.pipeline;

import io.grpc.netty.NettyServerBuilder;

/** How HTTP/2 serves stages. */
public final class StageTransport {

    /**
     * Bytes that a stage takes ahead of what it has read, per connection and stream: what a link of 1 Gbit/s has under way
     * with a round trip of 64 ms. With gRPC's own 1 MiB such a link carries a third at 15 ms one way. More than a link's
     * transmit queue lets under way never waits here.
     */
    private static final int WINDOW_BYTES = 8 << 20;

    private StageTransport() {}

    /** Sets up the server of a stage service. */
    public static NettyServerBuilder prepare(NettyServerBuilder server) {
        return server.flowControlWindow(WINDOW_BYTES);
    }
}
