package dev.molink.stagenode.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.pipeline.Stages.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerJoinTests {

    private final Stages stages = new Stages();
    private final List<PeerJoin> joins = new ArrayList<>();
    private final BlockingQueue<HostPort> gateways = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    private Member head;

    @BeforeEach
    void startHead() {
        head = stages.start("head", 0, 4);
    }

    @AfterEach
    void stop() {
        joins.forEach(PeerJoin::close);
        stages.close();
    }

    @Test
    void formsThePipelineWhenTheWorkersCoverTheModel() throws Exception {
        join(stages.start("middle", 4, 6));
        join(stages.start("last", 6, 9));

        PipelineReport report = stages.nextReport();

        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        assertThat(report.getNodeIdsList()).containsExactly("head", "middle", "last");
    }

    @Test
    void formsItAgainWhenALostWorkerComesBack() throws Exception {
        Member worker = stages.start("worker", 4, 9);
        PeerJoin first = join(worker);
        long epoch = stages.nextReport().getEpoch();
        first.close();
        worker.kill();
        assertThat(stages.nextReport().getState()).isEqualTo(PipelineState.PIPELINE_STATE_BROKEN);

        join(stages.start("worker", 4, 9));

        PipelineReport report = stages.nextReport();
        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        assertThat(report.getEpoch()).isGreaterThan(epoch);
    }

    @Test
    void refusesAWorkerWithAnotherModel() throws Exception {
        Member worker = stages.start("worker", 4, 9, stage -> {
            stage.getModelBuilder().setFingerprint("fedcba9876543210");
            return stage;
        });

        join(worker);

        assertThat(RecordingEngine.take(refusals))
                .isEqualTo(
                        "%s does not take this node: %s has model 'tiny' (fingerprint fedcba987654), %s model 'tiny' (fingerprint 0123456789ab); give both the same model files"
                                .formatted(head.description().getAddress(), worker.name(), head.name()));
    }

    @Test
    void refusesAWorkerWhoseLayersServeAlready() throws Exception {
        Member worker = stages.start("worker", 4, 9);
        join(worker);
        stages.nextReport();
        Member second = stages.start("second", 5, 9);

        join(second);

        assertThat(RecordingEngine.take(refusals))
                .endsWith("layers [5, 9) are held twice: %s holds [4, 9), %s holds [5, 9)"
                        .formatted(worker.name(), second.name()));
    }

    @Test
    void sendsWorkersToTheGateway() throws Exception {
        stages.gateways = List.of("gateway.example:9090", "127.0.0.1:9091");

        join(stages.start("worker", 4, 9));

        assertThat(RecordingEngine.take(gateways)).isEqualTo(new HostPort("gateway.example", 9090));
        // A gateway on the head's own loopback is on the head's host.
        assertThat(RecordingEngine.take(gateways)).isEqualTo(new HostPort("127.0.0.1", 9091));
    }

    private PeerJoin join(Member worker) {
        PeerJoin join = new PeerJoin(
                worker.node(),
                HostPort.parse(head.description().getAddress()),
                worker.dialer(),
                gateways::add,
                refusals::add);
        joins.add(join);
        join.start();
        return join;
    }
}
