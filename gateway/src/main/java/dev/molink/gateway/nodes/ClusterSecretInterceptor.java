package dev.molink.gateway.nodes;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends every call of every service that does not carry the cluster secret, before its first message. */
final class ClusterSecretInterceptor implements ServerInterceptor {

    static final Metadata.Key<String> SECRET =
            Metadata.Key.of("molink-cluster-secret", Metadata.ASCII_STRING_MARSHALLER);
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSecretInterceptor.class);

    private final ClusterSecret secret;

    ClusterSecretInterceptor(ClusterSecret secret) {
        this.secret = secret;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (secret.matches(headers.get(SECRET))) {
            return next.startCall(call, headers);
        }
        LOG.warn(
                "refused a call of {} without the right cluster secret",
                call.getMethodDescriptor().getFullMethodName());
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "the metadata key molink-cluster-secret must hold this cluster's secret"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
