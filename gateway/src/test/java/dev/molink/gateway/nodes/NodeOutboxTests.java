package dev.molink.gateway.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.GatewayMessage;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What waits for a node that does not read is bounded; beyond that the gateway is overloaded and says so. */
class NodeOutboxTests {

    private static final int CAPACITY = 1024;

    @Test
    void takesNoMoreThanItsBoundForANodeThatDoesNotRead() {
        NodeOutbox outbox = new NodeOutbox(new SlowNode());

        List<Boolean> taken = IntStream.range(0, CAPACITY + 1)
                .mapToObj(number -> outbox.offer(message(number)))
                .toList();

        assertThat(taken.subList(0, CAPACITY)).containsOnly(true);
        assertThat(taken.getLast()).isFalse();
    }

    @Test
    void sendsWhatWaitedInOrderOnceTheNodeReadsAndTakesMoreThen() {
        SlowNode node = new SlowNode();
        NodeOutbox outbox = new NodeOutbox(node);
        IntStream.range(0, CAPACITY).forEach(number -> outbox.offer(message(number)));

        node.read();

        assertThat(outbox.offer(message(CAPACITY))).isTrue();
        assertThat(node.received)
                .isEqualTo(IntStream.rangeClosed(0, CAPACITY)
                        .mapToObj(NodeOutboxTests::message)
                        .toList());
    }

    private static GatewayMessage message(int number) {
        return GatewayMessage.newBuilder()
                .setCancel(CancelRequest.newBuilder().setRequestId("req_" + number))
                .build();
    }

    /** A stream whose other end does not read until it is told to. */
    private static final class SlowNode extends ServerCallStreamObserver<GatewayMessage> {

        private final List<GatewayMessage> received = new ArrayList<>();
        private Runnable whenReady = () -> {};
        private boolean reads;

        void read() {
            reads = true;
            whenReady.run();
        }

        @Override
        public boolean isReady() {
            return reads;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            whenReady = handler;
        }

        @Override
        public void onNext(GatewayMessage message) {
            received.add(message);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
