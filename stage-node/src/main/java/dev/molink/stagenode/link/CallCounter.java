package dev.molink.stagenode.link;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls, streams included, that a process starts to its neighbours; generations start none. */
public final class CallCounter implements ClientInterceptor {

    private final LongAdder started = new LongAdder();

    @Override
    public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
        started.increment();
        return next.newCall(method, options);
    }

    /** Calls started since the process began. */
    public long started() {
        return started.sum();
    }
}
