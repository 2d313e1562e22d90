package dev.molink.stagenode.security;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Ends every call without the right cluster secret as UNAUTHENTICATED, before a service sees it. */
public final class SecretServerInterceptor implements ServerInterceptor {

    private final ClusterSecret secret;

    public SecretServerInterceptor(ClusterSecret secret) {
        this.secret = secret;
    }

    @Override
    public <A, B> Listener<A> interceptCall(ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        String presented = headers.get(SecretClientInterceptor.KEY);
        if (secret.matches(presented)) {
            return next.startCall(call, headers);
        }
        String mistake =
                presented == null ? "carries no cluster secret" : "carries another cluster secret than this node";
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "the call %s; set the same %s on every machine".formatted(mistake, ClusterSecret.VARIABLE)),
                new Metadata());
        return new Listener<>() {};
    }
}
