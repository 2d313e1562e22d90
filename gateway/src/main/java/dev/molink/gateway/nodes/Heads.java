package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.GenerateRequest;

/** The way to the heads of all pipelines. */
public interface Heads {

    /**
     * Sends a request to the least busy pipeline that serves {@code model}. Its events arrive in {@code inbox} under
     * {@code prompt}.
     *
     * @throws dev.molink.gateway.http.ApiException when no pipeline serves the model or none takes more
     */
    HeadRequest submit(String model, GenerateRequest request, int prompt, GenerationInbox inbox);

    /** Asks the head to stop; its report still follows. Without effect on a request that is over. */
    void cancel(HeadRequest request, CancelReason reason);
}
