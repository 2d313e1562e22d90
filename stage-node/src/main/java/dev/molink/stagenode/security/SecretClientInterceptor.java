package dev.molink.stagenode.security;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/** Puts the cluster secret into the metadata of every call. */
public final class SecretClientInterceptor implements ClientInterceptor {

    static final Metadata.Key<String> KEY = Metadata.Key.of("molink-cluster-secret", Metadata.ASCII_STRING_MARSHALLER);

    private final ClusterSecret secret;

    public SecretClientInterceptor(ClusterSecret secret) {
        this.secret = secret;
    }

    @Override
    public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<B> responses, Metadata headers) {
                headers.put(KEY, secret.value());
                super.start(responses, headers);
            }
        };
    }
}
