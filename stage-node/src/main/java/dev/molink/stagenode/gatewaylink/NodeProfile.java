package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import java.io.IOException;

/** What a node tells every gateway about itself. */
public interface NodeProfile {

    Hello hello();

    Heartbeat heartbeat();

    /** The serialised text assets whose hash {@link #hello()} names. */
    byte[] textAssets() throws IOException;
}
