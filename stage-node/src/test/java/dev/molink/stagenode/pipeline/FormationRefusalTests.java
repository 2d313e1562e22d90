package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.stagenode.pipeline.Stages.Member;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FormationRefusalTests {

    private final Stages stages = new Stages();
    private Member head;

    @BeforeEach
    void startHead() {
        head = stages.start("head", 0, 4);
    }

    @AfterEach
    void stop() {
        stages.close();
    }

    @Test
    void namesBothSidesOfAGap() throws Exception {
        Member last = stages.start("last", 6, 9);

        assertRefused(
                stages.form(head, last),
                "layers [4, 6) are held by nobody: %s ends at layer 4, %s begins at 6"
                        .formatted(head.name(), last.name()));
    }

    @Test
    void namesBothSidesOfAnOverlap() throws Exception {
        Member last = stages.start("last", 3, 9);

        assertRefused(
                stages.form(head, last),
                "layers [3, 4) are held twice: %s holds [0, 4), %s holds [3, 9)".formatted(head.name(), last.name()));
    }

    @Test
    void namesTwoStagesWithTheSameRange() throws Exception {
        Member second = stages.start("second", 0, 4);
        Member last = stages.start("last", 4, 9);

        assertRefused(
                stages.form(head, second, last),
                "layers [0, 4) are held twice: %s holds [0, 4), %s holds [0, 4)".formatted(head.name(), second.name()));
    }

    @Test
    void namesTheLastStageWhenTheEndIsMissing() throws Exception {
        Member last = stages.start("last", 4, 8);

        assertRefused(
                stages.form(head, last),
                "layers [8, 9) are held by nobody: %s ends at layer 8 of a model with 9".formatted(last.name()));
    }

    @Test
    void namesBothModels() throws Exception {
        Member last = stages.start("last", 4, 9, stage -> {
            stage.getModelBuilder().setName("other").setFingerprint("fedcba9876543210");
            return stage;
        });

        assertRefused(
                stages.form(head, last),
                "%s has model 'other' (fingerprint fedcba987654), %s model 'tiny' (fingerprint 0123456789ab); give both the same model files"
                        .formatted(last.name(), head.name()));
    }

    @Test
    void namesBothDtypes() throws Exception {
        Member last = stages.start("last", 4, 9, stage -> {
            stage.getModelBuilder().setDtype("bf16");
            return stage;
        });

        assertRefused(
                stages.form(head, last),
                "%s holds weights as bf16, %s as f32; start both with the same --dtype"
                        .formatted(last.name(), head.name()));
    }

    @Test
    void namesBothProtocolVersions() throws Exception {
        Member last = stages.start("last", 4, 9, stage -> stage.setProtocolVersion(Handshake.PROTOCOL_VERSION + 1));

        assertRefused(
                stages.form(head, last),
                "%s speaks protocol version %d, %s version %d; run the same release of MoLink on both"
                        .formatted(
                                last.name(), Handshake.PROTOCOL_VERSION + 1, head.name(), Handshake.PROTOCOL_VERSION));
    }

    @Test
    void namesAMissingCapability() throws Exception {
        Member last =
                stages.start("last", 4, 9, stage -> stage.clearCapabilities().addCapabilities("codec-bf16"));

        assertRefused(
                stages.form(head, last),
                "%s can [codec-bf16], %s needs codec-f32 for this pipeline; run the same release of MoLink on both, or start the head with a --codec that both can"
                        .formatted(last.name(), head.name()));
    }

    @Test
    void namesBothPipelines() throws Exception {
        Member last = stages.start("last", 4, 9, stage -> stage.setPipeline("blue"));

        assertRefused(
                stages.form(head, last),
                "%s belongs to pipeline 'blue', %s to pipeline 'default'; start both with the same --pipeline"
                        .formatted(last.name(), head.name()));
    }

    @Test
    void namesANodeThatIsNotWhereItWasAnnounced() throws Exception {
        Member last = stages.start("last", 4, 9);
        StageAddress ghost = last.address().toBuilder().setNodeId("ghost").build();

        head.node().form(List.of(head.address(), ghost));

        assertRefused(
                stages.nextReport(),
                "at %s node last answers, node ghost was announced there"
                        .formatted(last.description().getAddress()));
    }

    @Test
    void namesAStageThatDoesNotAnswer() throws Exception {
        Member last = stages.start("last", 4, 9);
        last.kill();

        PipelineReport report = stages.form(head, last);

        assertThat(report.getState()).isEqualTo(PipelineState.PIPELINE_STATE_BROKEN);
        assertThat(report.getReason()).startsWith("stage 1 (%s) does not answer: ".formatted(last.name()));
    }

    @Test
    void leavesEveryStageFreeForTheNextAttempt() throws Exception {
        Member wrong = stages.start("wrong", 6, 9);
        Member last = stages.start("last", 4, 9);
        assertThat(stages.form(head, wrong).getState()).isEqualTo(PipelineState.PIPELINE_STATE_REFUSED);

        PipelineReport report = stages.form(head, last);

        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        assertThat(wrong.node().isFormed()).isFalse();
    }

    private static void assertRefused(PipelineReport report, String sentence) {
        assertThat(report.getReason()).isEqualTo(sentence);
        assertThat(report.getState()).isEqualTo(PipelineState.PIPELINE_STATE_REFUSED);
        assertThat(report.getEpoch()).isZero();
    }
}
