package dev.molink.stagenode.pipeline;

import static dev.molink.stagenode.pipeline.RecordingEngine.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.stage.v1.FormRequest;
import dev.molink.proto.stage.v1.MeasureRequest;
import dev.molink.proto.stage.v1.MeasureResponse;
import dev.molink.proto.stage.v1.MeasuredLink;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.pipeline.Stages.Member;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitPolicy;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the stages of a formation agree on about their links. */
class FormationTermsTests {

    private final Stages stages = new Stages();

    @AfterEach
    void stop() {
        stages.close();
    }

    @ParameterizedTest
    @EnumSource
    void allStagesGetTheHeadsCodecAndPolicy(ActivationCodec codec) throws Exception {
        stages.wire = new WireOptions(new CodecOption.Fixed(codec), TransmitPolicy.MOLINK);
        List<Member> members = List.of(stages.start("a", 0, 3), stages.start("b", 3, 6), stages.start("c", 6, 9));

        assertServes(stages.form(members.toArray(Member[]::new)));

        WireTerms terms = members.getFirst().engine().wire();
        assertThat(terms.codec()).isEqualTo(codec);
        assertThat(terms.codecReason()).isEqualTo(codec + ": as --codec says");
        assertThat(terms.policy()).isEqualTo(TransmitPolicy.MOLINK);
        assertThat(members)
                .allSatisfy(member -> assertThat(member.engine().wire()).isEqualTo(terms));
    }

    @Test
    void allStagesGetTheMeasuredLinks() throws Exception {
        Member head = stages.start("a", 0, 5);
        Member last = stages.start("b", 5, 9);

        assertServes(stages.form(head, last));

        LinkRate between = last.engine().wire().initial(0);
        LinkRate back = last.engine().wire().initial(1);
        assertThat(between.bytesPerSecond()).isPositive();
        assertThat(between.oneWayNanos()).isPositive();
        assertThat(back.bytesPerSecond())
                .as("the way of the ids is not measured")
                .isZero();
        assertThat(back.oneWayNanos()).isPositive();
        assertThat(head.engine().outputs().linkRate())
                .as("before anything was sent")
                .isEqualTo(head.engine().wire().initial(0));
    }

    @Test
    void linksThatCannotBeMeasuredAreUnknownAndExact() throws Exception {
        stages.probed = false;
        stages.wire = new WireOptions(new CodecOption.Auto(), TransmitPolicy.FAIR);
        Member head = stages.start("a", 0, 3);
        Member middle = stages.start("b", 3, 6);
        Member last = stages.start("c", 6, 9);

        assertServes(stages.form(head, middle, last));

        WireTerms terms = middle.engine().wire();
        assertThat(terms.links()).containsOnly(LinkRate.UNKNOWN);
        assertThat(terms.codec()).isEqualTo(ActivationCodec.F32);
        assertThat(terms.codecReason()).isEqualTo("f32: no link between stages could be measured");
    }

    @Test
    void aSingleStageIsExactAndMeasuresNothing() throws Exception {
        stages.wire = new WireOptions(new CodecOption.Auto(), TransmitPolicy.FAIR);
        Member alone = stages.start("alone", 0, 9);

        assertServes(stages.form(alone));

        assertThat(alone.dialer().calls().started()).isZero();
        assertThat(alone.engine().wire().codecReason()).isEqualTo("f32: a single stage sends no activations");
    }

    @Test
    void aStageWithoutTheCodecIsNamed() throws Exception {
        stages.wire = new WireOptions(new CodecOption.Fixed(ActivationCodec.INT8), TransmitPolicy.FAIR);
        Member head = stages.start("a", 0, 3);
        Member middle = stages.start("b", 3, 6);
        Member last = stages.start("c", 6, 9, stage -> stage.clearCapabilities().addCapabilities("codec-f32"));

        PipelineReport report = stages.form(head, middle, last);

        assertThat(report.getState()).isEqualTo(PipelineState.PIPELINE_STATE_REFUSED);
        assertThat(report.getReason())
                .isEqualTo(
                        "%s can [codec-f32], %s needs codec-int8 for this pipeline; run the same release of MoLink on both, or start the head with a --codec that both can"
                                .formatted(last.name(), head.name()));
        assertThat(head.dialer().calls().started())
                .as("two descriptions, nothing measured")
                .isEqualTo(2);
    }

    @Test
    void aStageRefusesTermsThatItDoesNotKnow() {
        Member worker = stages.start("b", 3, 6);

        assertRefused(worker, request(worker).setCodec("fp8"), "codec 'fp8' is unknown; allowed: f32, bf16, int8");
        assertRefused(
                worker,
                request(worker).setTransmitPolicy("lifo"),
                "transmit policy 'lifo' is unknown; allowed: fifo, concurrent, molink, fair");
        assertRefused(
                worker,
                request(worker).addLinks(MeasuredLink.getDefaultInstance()).addLinks(MeasuredLink.getDefaultInstance()),
                "2 measured links belong to 1 stages");
    }

    @Test
    void aStageMeasuresTheWayToAnotherOne() {
        Member asked = stages.start("a", 0, 3);
        Member target = stages.start("b", 3, 6);

        MeasureResponse delay = measure(asked, target.description().getAddress(), 0);
        MeasureResponse both = measure(asked, target.description().getAddress(), 1 << 20);

        assertThat(delay.getBytesPerSecond()).isZero();
        assertThat(delay.getRoundTripNanos()).isPositive();
        assertThat(both.getBytesPerSecond()).isPositive();
    }

    @Test
    void aStageSaysWhyItCannotMeasure() {
        Member asked = stages.start("a", 0, 3);
        Member gone = stages.start("b", 3, 6);
        gone.kill();

        assertThatThrownBy(() -> measure(asked, gone.description().getAddress(), 1))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        assertThatThrownBy(() -> measure(asked, "somewhere", 1))
                .hasMessage("INVALID_ARGUMENT: 'somewhere' is not an address HOST:PORT");
        assertThatThrownBy(() -> measure(asked, "127.0.0.1:1", 5 << 20))
                .hasMessage("INVALID_ARGUMENT: a train of 5242880 bytes is outside 0 … 4194304");
    }

    @Test
    void theHeadLearnsWhatALinkHasCarried() throws Exception {
        Member head = stages.start("a", 0, 3);
        Member middle = stages.start("b", 3, 6);
        Member last = stages.start("c", 6, 9);
        long epoch = stages.form(head, middle, last).getEpoch();
        LinkTraffic traffic = new LinkTraffic(0.25, 1, 2, 3, 4, 5, 6, 7, 8);
        StageReport report = new StageReport(
                epoch, 2, 11, StageReport.DecodeCost.UNKNOWN, 12, 13, 14, new LinkRate(15, 16), traffic);

        last.engine().outputs().measured(report);

        assertThat(take(head.engine().reports)).isEqualTo(report);
    }

    private static void assertServes(PipelineReport report) {
        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
    }

    private static FormRequest.Builder request(Member worker) {
        return FormRequest.newBuilder()
                .setEpoch(7)
                .addStages(worker.address())
                .addKvBlocks(1)
                .setCodec("f32")
                .setTransmitPolicy("fair");
    }

    private static void assertRefused(Member worker, FormRequest.Builder request, String why) {
        ManagedChannel channel = worker.dialer().dial(worker.description().getAddress());
        try {
            assertThatThrownBy(() -> StageServiceGrpc.newBlockingStub(channel).form(request.build()))
                    .hasMessage("FAILED_PRECONDITION: %s cannot form a pipeline: %s", worker.name(), why);
        } finally {
            channel.shutdownNow();
        }
    }

    private static MeasureResponse measure(Member asked, String address, long bytes) {
        ManagedChannel channel = asked.dialer().dial(asked.description().getAddress());
        try {
            return StageServiceGrpc.newBlockingStub(channel)
                    .measure(MeasureRequest.newBuilder()
                            .setAddress(address)
                            .setBytes(bytes)
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }
}
