package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GenerateRequest;

/** What gateways ask a node to do. Called by the transport's threads; returns at once. */
public interface NodeDuties {

    /** Forms the pipeline, or reports again how the standing one is. */
    void form(FormPipeline form);

    /** Takes a request; its end is one final report, also when it is refused. */
    void generate(GenerateRequest request);

    /** Ends a request; unknown ids are ignored. */
    void cancel(String requestId, CancelReason reason);
}
