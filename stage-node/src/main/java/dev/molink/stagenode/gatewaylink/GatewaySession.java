package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.Goodbye;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StageEvidence;
import dev.molink.stagenode.link.HostPort;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's dealings with one gateway: a stream that is opened again whenever it was lost.
 *
 * <p>States: idle → greeting (Hello sent) → registered (Welcome came) → idle. Everything is guarded by this object;
 * what the session tells its owner it tells without the lock.
 */
final class GatewaySession {

    private static final Logger log = LoggerFactory.getLogger(GatewaySession.class);

    /** Whom a session reports to. */
    interface Owner {

        void registered(GatewaySession session);

        void received(GatewaySession session, GatewayMessage message);

        /** The stream is over; {@code wasRegistered} tells whether requests may have been running over it. */
        void ended(GatewaySession session, boolean wasRegistered, Ending ending);
    }

    /** Why a stream is over. */
    record Ending(Kind kind, String reason) {
        enum Kind {
            LOST,
            REFUSED,
            UNAUTHENTICATED
        }
    }

    private final HostPort address;
    private final ManagedChannel channel;
    private final NodeProfile profile;
    private final Owner owner;

    // Guarded by this.
    private Outbox outbox = new Outbox();
    private @Nullable Stream stream;

    GatewaySession(HostPort address, ManagedChannel channel, NodeProfile profile, Owner owner) {
        this.address = address;
        this.channel = channel;
        this.profile = profile;
        this.owner = owner;
    }

    HostPort address() {
        return address;
    }

    /** Opens the stream and says Hello; does nothing while one is open. */
    synchronized void connect() {
        if (stream != null) {
            return;
        }
        // The channel's own pauses grow to two minutes; ours are the ones that count.
        channel.resetConnectBackoff();
        outbox = new Outbox();
        stream = new Stream();
        NodeServiceGrpc.newStub(channel).connect(stream);
        stream.send(NodeMessage.newBuilder().setHello(profile.hello()).build());
    }

    synchronized boolean isRegistered() {
        return stream != null && stream.registered;
    }

    synchronized void beat() {
        if (isRegistered()) {
            outbox.put(profile.heartbeat());
            drain();
        }
    }

    synchronized void send(PipelineReport report) {
        if (isRegistered()) {
            outbox.put(report);
            drain();
        }
    }

    synchronized void send(List<GenerateEvent> events) {
        if (isRegistered()) {
            events.forEach(outbox::put);
            drain();
        }
    }

    synchronized void send(RequestReport report) {
        if (isRegistered()) {
            outbox.put(report);
            drain();
        }
    }

    synchronized void send(StageEvidence records) {
        if (isRegistered()) {
            outbox.put(records);
            drain();
        }
    }

    /** Says Goodbye and ends the stream for good. */
    synchronized void close(String reason) {
        if (stream != null) {
            if (stream.registered) {
                drain();
                stream.send(NodeMessage.newBuilder()
                        .setGoodbye(Goodbye.newBuilder().setReason(reason))
                        .build());
            }
            stream.finish();
            stream = null;
        }
        channel.shutdown();
    }

    private synchronized void drain() {
        Stream open = stream;
        while (open != null && open.registered && open.isReady()) {
            NodeMessage next = outbox.poll();
            if (next == null) {
                return;
            }
            open.send(next);
        }
    }

    private void welcome(Stream from, boolean sendText) {
        synchronized (this) {
            if (stream != from) {
                return;
            }
            from.registered = true;
        }
        if (sendText) {
            uploadText();
        }
        owner.registered(this);
        beat();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the stage is complete with its handler
    private void uploadText() {
        Hello hello = profile.hello();
        try {
            byte[] text = profile.textAssets();
            TextUpload.start(channel, hello.getText().getSha256(), text).whenComplete((done, failure) -> {
                if (failure != null) {
                    log.warn("gateway {} did not take the model's text: {}", address, Status.fromThrowable(failure));
                } else {
                    log.info("sent {} bytes of tokenizer and template to gateway {}", text.length, address);
                }
            });
        } catch (IOException e) {
            log.error("cannot read the model's text for gateway {}", address, e);
        }
    }

    private void onMessage(Stream from, GatewayMessage message) {
        switch (message.getMessageCase()) {
            case WELCOME -> welcome(from, message.getWelcome().getSendText());
            case REFUSED ->
                end(from, new Ending(Ending.Kind.REFUSED, message.getRefused().getReason()));
            case FORM, GENERATE, CANCEL, ACKNOWLEDGE, EVIDENCE -> owner.received(this, message);
            case MESSAGE_NOT_SET -> log.warn("gateway {} sent a message that this version does not know", address);
        }
    }

    private void end(Stream from, Ending ending) {
        boolean wasRegistered;
        synchronized (this) {
            if (stream != from) {
                return;
            }
            stream = null;
            wasRegistered = from.registered;
            from.finish();
        }
        owner.ended(this, wasRegistered, ending);
    }

    private final class Stream implements ClientResponseObserver<NodeMessage, GatewayMessage> {

        private @Nullable ClientCallStreamObserver<NodeMessage> requests;
        private boolean registered;

        @Override
        public void beforeStart(ClientCallStreamObserver<NodeMessage> started) {
            requests = started;
            started.setOnReadyHandler(GatewaySession.this::drain);
        }

        boolean isReady() {
            return requests != null && requests.isReady();
        }

        void send(NodeMessage message) {
            if (requests != null) {
                requests.onNext(message);
            }
        }

        /** Half-closes; on a stream that has failed already there is nothing to close. */
        void finish() {
            try {
                if (requests != null) {
                    requests.onCompleted();
                }
            } catch (IllegalStateException e) {
                log.debug("the stream to gateway {} was closed already", address, e);
            }
        }

        @Override
        public void onNext(GatewayMessage message) {
            onMessage(this, message);
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            String detail = detail(status);
            Ending.Kind kind = switch (status.getCode()) {
                case UNAUTHENTICATED -> Ending.Kind.UNAUTHENTICATED;
                case FAILED_PRECONDITION -> Ending.Kind.REFUSED;
                default -> Ending.Kind.LOST;
            };
            end(this, new Ending(kind, detail));
        }

        @Override
        public void onCompleted() {
            end(this, new Ending(Ending.Kind.LOST, "the gateway ended the stream"));
        }
    }

    /** gRPC says "io exception" and leaves what it was, such as a refused connection, to the cause. */
    private static String detail(Status status) {
        Throwable cause = status.getCause();
        if (cause != null && cause.getMessage() != null) {
            return cause.getMessage();
        }
        return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
    }
}
