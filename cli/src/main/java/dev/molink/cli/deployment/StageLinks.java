package dev.molink.cli.deployment;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.cli.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Links between the stages of this machine that are as slow as links between machines. In front of each stage stands a
 * relay, whose address the stage tells the others; what they send there and what comes back has the link's shape. Gateway
 * and stages are joined directly.
 */
public final class StageLinks implements AutoCloseable {

    private final Ports ports;
    private final List<LinkRelay> relays = new ArrayList<>();

    public StageLinks(Ports ports) {
        this.ports = ports;
    }

    /**
     * Puts a relay in front of a stage that is about to start.
     *
     * @param both each direction of its link
     * @return the stage's flags for it
     */
    public List<String> inFrontOf(int stage, LinkShape both) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.firstStage() + stage);
        LinkRelay relay = LinkRelay.start(0, target, both, both);
        relays.add(relay);
        return List.of("--advertise", "127.0.0.1:" + relay.port());
    }

    /** Gives all links another shape, both ways. */
    public void shape(LinkShape both) {
        relays.forEach(relay -> relay.shape(both));
    }

    /** Lets nothing pass any link for some time, and loses nothing. */
    public void stall(Duration time) {
        for (LinkRelay relay : relays) {
            relay.stall(LinkRelay.Direction.FORWARD, time);
            relay.stall(LinkRelay.Direction.BACKWARD, time);
        }
    }

    /** Resets all connections between stages, and each new one for some time. */
    public void cut(Duration time) {
        relays.forEach(relay -> relay.cut(time));
    }

    @Override
    public void close() throws IOException {
        for (LinkRelay relay : relays) {
            relay.close();
        }
    }
}
