package dev.molink.gateway.nodes;

import dev.molink.proto.node.v1.RequestReport;
import org.jspecify.annotations.Nullable;

/** Where the ends of requests go, so that each is recorded exactly once. */
public interface RequestReports {

    /**
     * A request is about to be sent to its head.
     *
     * @throws dev.molink.gateway.http.ApiException when its end could not be recorded; then it is not sent
     */
    void submitting(HeadRequest request);

    /** The head took nothing of a request that was about to be sent. */
    void notSubmitted(HeadRequest request);

    /**
     * A head's final report. It may come again until it is acknowledged, and from requests of a gateway that was killed.
     *
     * @param request null when this gateway did not submit it, or knows it no more
     * @param acknowledge to be run once the record is durable
     */
    void reported(RequestReport report, @Nullable HeadRequest request, Runnable acknowledge);

    /** The head went away before its final report. */
    void lost(HeadRequest request);
}
