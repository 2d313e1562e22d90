package dev.molink.stagenode.pipeline;

import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.MeasuredLink;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.Collections;
import java.util.List;

/** {@link WireTerms} as a head sends them to its stages. */
final class FormTerms {

    private FormTerms() {}

    static void put(WireTerms terms, FormRequest.Builder request) {
        request.setCodec(terms.codec().toString())
                .setCodecReason(terms.codecReason())
                .setTransmitPolicy(terms.policy().toString())
                .clearLinks()
                .addAllLinks(terms.links().stream().map(FormTerms::link).toList());
    }

    private static MeasuredLink link(LinkRate rate) {
        return MeasuredLink.newBuilder()
                .setBytesPerSecond(rate.bytesPerSecond())
                .setOneWayNanos(rate.oneWayNanos())
                .build();
    }

    /** @throws IllegalArgumentException if this stage does not know codec or policy, or links and stages do not match */
    static WireTerms of(FormRequest request) {
        return new WireTerms(
                ActivationCodec.parse(request.getCodec()),
                request.getCodecReason(),
                TransmitPolicy.parse(request.getTransmitPolicy()),
                links(request));
    }

    private static List<LinkRate> links(FormRequest request) {
        int stages = request.getStagesCount();
        if (request.getLinksCount() == 0) {
            return Collections.nCopies(stages, LinkRate.UNKNOWN);
        }
        if (request.getLinksCount() != stages) {
            throw new IllegalArgumentException(
                    "%d measured links belong to %d stages".formatted(request.getLinksCount(), stages));
        }
        return request.getLinksList().stream()
                .map(link -> new LinkRate(link.getBytesPerSecond(), link.getOneWayNanos()))
                .toList();
    }
}
