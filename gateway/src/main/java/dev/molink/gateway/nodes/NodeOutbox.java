package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.GatewayMessage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The messages to one node, in order. Holds a bounded number back while the node does not read; beyond that nothing is
 * taken, so a stuck node costs no memory. All state is guarded by this object's monitor.
 */
final class NodeOutbox {

    private static final int CAPACITY = 1024;

    private final ServerCallStreamObserver<GatewayMessage> stream;
    private final Queue<GatewayMessage> waiting = new ArrayDeque<>();
    private boolean closed;

    NodeOutbox(ServerCallStreamObserver<GatewayMessage> stream) {
        this.stream = stream;
        stream.setOnReadyHandler(this::drain);
    }

    /** Whether the message was taken; false when the node does not keep up or is gone. */
    synchronized boolean offer(GatewayMessage message) {
        if (closed || waiting.size() >= CAPACITY) {
            return false;
        }
        waiting.add(message);
        drain();
        return true;
    }

    synchronized void complete() {
        if (!closed) {
            drain();
            closed = true;
            stream.onCompleted();
        }
    }

    /** Says one last thing, ready or not, and ends the stream. */
    synchronized void refuse(GatewayMessage last, Status status) {
        if (!closed) {
            stream.onNext(last);
            fail(status);
        }
    }

    synchronized void fail(Status status) {
        if (!closed) {
            closed = true;
            waiting.clear();
            stream.onError(status.asRuntimeException());
        }
    }

    /** The node ended the stream: nothing can be sent any more. */
    synchronized void abandon() {
        closed = true;
        waiting.clear();
    }

    private synchronized void drain() {
        while (!closed && stream.isReady()) {
            GatewayMessage next = waiting.poll();
            if (next == null) {
                return;
            }
            stream.onNext(next);
        }
    }
}
