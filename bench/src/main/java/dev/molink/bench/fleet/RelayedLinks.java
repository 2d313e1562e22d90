package dev.molink.bench.fleet;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.pipeline.LocalPipeline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The links of a pipeline in this process, each led through a relay of one shape: one before every stage. */
final class RelayedLinks implements LocalPipeline.Routes, AutoCloseable {

    private final LinkShape shape;
    private final List<LinkRelay> relays = new ArrayList<>();

    RelayedLinks(LinkShape shape) {
        this.shape = shape;
    }

    /** Asked in the order of the stages. */
    @Override
    public String towards(int stage, String address) throws IOException {
        int colon = address.lastIndexOf(':');
        InetSocketAddress target =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        LinkRelay relay = LinkRelay.start(0, target, shape, shape);
        relays.add(relay);
        return "127.0.0.1:" + relay.port();
    }

    /** Bytes that have gone forward so far, from each stage to the next. The relay before the head carries outcomes. */
    List<Long> forwardedBytes() {
        return relays.stream().skip(1).map(LinkRelay::forwardedBytes).toList();
    }

    @Override
    public void close() throws IOException {
        for (LinkRelay relay : relays) {
            relay.close();
        }
    }
}
