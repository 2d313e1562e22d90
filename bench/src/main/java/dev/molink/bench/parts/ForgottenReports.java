package dev.molink.bench.parts;

import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.gateway.nodes.RequestReports;
import dev.molink.proto.node.v1.RequestReport;
import org.jspecify.annotations.Nullable;

/** Acknowledges reports and writes nothing. */
final class ForgottenReports implements RequestReports {

    @Override
    public void reported(RequestReport report, @Nullable HeadRequest request, Runnable acknowledge) {
        acknowledge.run();
    }

    @Override
    public void submitting(HeadRequest request) {}

    @Override
    public void notSubmitted(HeadRequest request) {}

    @Override
    public void lost(HeadRequest request) {}
}
