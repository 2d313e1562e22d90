package dev.molink.stagenode.link;

import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.security.SecretClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.Executor;

/** Opens connections to other processes of the cluster; each channel is a connection of its own. */
public final class PeerDialer {

    /** Plans and formations are far smaller; hidden states come in chunks. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final SecretClientInterceptor secret;
    private final CallCounter counter = new CallCounter();
    private final Executor executor;
    private final LinkFaults faults;

    /** @param executor runs the callbacks of all channels */
    public PeerDialer(ClusterSecret secret, Executor executor) {
        this(secret, executor, LinkFaults.NONE);
    }

    /** @param faults that links of this process make on purpose */
    public PeerDialer(ClusterSecret secret, Executor executor, LinkFaults faults) {
        this.secret = new SecretClientInterceptor(secret);
        this.executor = executor;
        this.faults = faults;
    }

    /**
     * A new channel; it connects when it is first used.
     *
     * @throws IllegalArgumentException if {@code address} is not HOST:PORT
     */
    public ManagedChannel dial(String address) {
        HostPort target = HostPort.parse(address);
        return NettyChannelBuilder.forAddress(target.host(), target.port())
                .usePlaintext()
                .executor(executor)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .intercept(counter, secret)
                .build();
    }

    public LinkFaults faults() {
        return faults;
    }

    public CallCounter calls() {
        return counter;
    }
}
