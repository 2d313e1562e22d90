package dev.molink.stagenode.gatewaylink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StagePlace;
import dev.molink.proto.node.v1.TextAssetInfo;
import dev.molink.stagenode.journal.CounterJournal;
import dev.molink.stagenode.journal.ReportJournal;
import dev.molink.stagenode.journal.RequestCounts;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.security.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayLinksTests {

    private static final StagePlace PLACE = StagePlace.newBuilder()
            .setPipeline("default")
            .setModel("molink-demo")
            .setFirstLayer(4)
            .setEndLayer(8)
            .setModelLayers(8)
            .build();

    private static final byte[] TEXT = "tokenizer".repeat(300_000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final Duties duties = new Duties();
    private final BlockingQueue<String> hopeless = new LinkedBlockingQueue<>();
    private FakeGateway gateway;
    private ReportJournal journal;
    private CounterJournal counters;
    private GatewayLinks links;

    @BeforeEach
    void start() throws Exception {
        gateway = new FakeGateway();
        journal = ReportJournal.open(folder.resolve("reports"));
        counters = CounterJournal.open(folder.resolve("counters"), PLACE);
        links = links(FakeGateway.SECRET, journal);
    }

    @AfterEach
    void stop() throws Exception {
        links.close();
        journal.close();
        counters.close();
        gateway.close();
    }

    @Test
    void registersAndBeats() throws Exception {
        links.add(gateway.address());

        assertThat(gateway.next(NodeMessage::hasHello).getHello().getNodeId()).isEqualTo("node-1");
        assertThat(gateway.next(NodeMessage::hasHeartbeat).getHeartbeat().getState())
                .isEqualTo(NodeState.NODE_STATE_READY);
        gateway.next(NodeMessage::hasHeartbeat);
    }

    @Test
    void uploadsItsTextWhenTheGatewayLacksIt() throws Exception {
        gateway.wantsText = true;

        links.add(gateway.address());

        assertThat(gateway.uploads.poll(20, TimeUnit.SECONDS)).isEqualTo(TEXT);
    }

    @Test
    void handsOnWhatTheGatewayAsks() throws Exception {
        register();

        gateway.send(GatewayMessage.newBuilder()
                .setForm(FormPipeline.newBuilder().setPipeline("default"))
                .build());
        gateway.send(generate("one"));

        assertThat(duties.forms.poll(20, TimeUnit.SECONDS).getPipeline()).isEqualTo("default");
        assertThat(duties.generates.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
    }

    @Test
    void tellsALateGatewayHowThePipelineIs() throws Exception {
        PipelineReport report = PipelineReport.newBuilder()
                .setPipeline("default")
                .setState(PipelineState.PIPELINE_STATE_SERVING)
                .setEpoch(7)
                .build();
        links.send(report);

        links.add(gateway.address());

        assertThat(gateway.next(NodeMessage::hasPipeline).getPipeline()).isEqualTo(report);
    }

    @Test
    void sendsTokensToTheGatewayThatAsked() throws Exception {
        register();
        try (FakeGateway other = new FakeGateway()) {
            links.add(other.address());
            other.next(NodeMessage::hasHeartbeat);
            gateway.send(generate("one"));
            duties.generates.take();

            links.send(List.of(event("one", 0, 11, 12)));
            links.send(report("one"));

            assertThat(gateway.next(NodeMessage::hasEvents)
                            .getEvents()
                            .getEvents(0)
                            .getTokenIdsList())
                    .containsExactly(11, 12);
            assertThat(gateway.nextReport()).isEqualTo(report("one"));
            assertThat(other.received).noneMatch(NodeMessage::hasEvents);
        }
    }

    @Test
    void cancelsTheRequestsOfALostGatewayAndRegistersAgain() throws Exception {
        register();
        gateway.send(generate("one"));
        duties.generates.take();
        int port = gateway.address().port();

        gateway.close();

        assertThat(duties.cancels.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
        gateway = new FakeGateway(port);
        gateway.next(NodeMessage::hasHello);
        gateway.next(NodeMessage::hasHeartbeat);
    }

    @Test
    void keepsAReportUntilAGatewayIsThereAndAcknowledges() throws Exception {
        links.send(report("early"));

        links.add(gateway.address());

        assertThat(gateway.nextReport()).isEqualTo(report("early"));
        gateway.acknowledge("early");
        awaitEmptyJournal();
    }

    @Test
    void sendsAReportAgainToAnotherGatewayWhenTheFirstDies() throws Exception {
        register();
        links.send(report("orphan"));
        assertThat(gateway.nextReport()).isEqualTo(report("orphan"));

        gateway.close();
        gateway = new FakeGateway();
        links.add(gateway.address());

        assertThat(gateway.nextReport()).isEqualTo(report("orphan"));
    }

    /** Both sides are killed between sending and acknowledging; the receiver tells repetitions by their id. */
    @Test
    void deliversOnceByRequestIdOverACrashOfTheNode() throws Exception {
        register();
        links.send(report("one"));
        links.send(report("two"));
        gateway.nextReport();
        gateway.nextReport();
        gateway.acknowledge("one");
        Eventually.isTrue("one is forgotten", () -> journal.unacknowledged().size() == 1);
        Path afterKill = Files.copy(folder.resolve("reports"), folder.resolve("after-kill"));
        links.close();

        try (ReportJournal recovered = ReportJournal.open(afterKill);
                GatewayLinks restarted = links(FakeGateway.SECRET, recovered)) {
            gateway.received.clear();
            restarted.add(gateway.address());

            // The acknowledgement need not have reached the disk, so "one" may come again; "two" must.
            RequestReport next = gateway.nextReport();
            if (next.equals(report("one"))) {
                next = gateway.nextReport();
            }
            assertThat(next).isEqualTo(report("two"));
            gateway.acknowledge("one");
            gateway.acknowledge("two");
            Eventually.isTrue(
                    "nothing is left", () -> recovered.unacknowledged().isEmpty());
        }
    }

    @Test
    void sendsWhatWasCountedUntilAGatewayAcknowledges() throws Exception {
        count("one", 7);
        counters.endCounting().get(20, TimeUnit.SECONDS);

        links.add(gateway.address());

        EvidenceRecord record = gateway.nextEvidence();
        assertThat(record.getRequestId()).isEqualTo("one");
        assertThat(record.getEpoch()).isEqualTo(3);
        assertThat(record.getPlace()).isEqualTo(PLACE);
        assertThat(record.getRows().getComputed()).isEqualTo(7);
        assertThat(record.getBusyNanos()).isEqualTo(700);
        gateway.acknowledgeEvidence(record.getSequence());
        awaitNoEvidence(counters);
    }

    @Test
    void sendsEvidenceToAnotherGatewayWhenTheFirstDies() throws Exception {
        count("orphan", 2);
        counters.endCounting().get(20, TimeUnit.SECONDS);
        links.add(gateway.address());
        EvidenceRecord sent = gateway.nextEvidence();

        gateway.close();
        gateway = new FakeGateway();
        links.add(gateway.address());

        assertThat(gateway.nextEvidence()).isEqualTo(sent);
    }

    /** As kill -9 between sending and the acknowledgement looks: the files as they are at that moment. */
    @Test
    void sendsTheSameEvidenceAgainAfterACrashOfTheNode() throws Exception {
        count("one", 5);
        counters.endCounting().get(20, TimeUnit.SECONDS);
        links.add(gateway.address());
        EvidenceRecord sent = gateway.nextEvidence();
        Path afterKill = Files.createDirectories(folder.resolve("after-kill"));
        Files.copy(
                folder.resolve("counters").resolve("counters-000001.journal"),
                afterKill.resolve("counters-000001.journal"));
        links.close();

        try (CounterJournal recovered = CounterJournal.open(afterKill, PLACE);
                GatewayLinks restarted = links(FakeGateway.SECRET, journal, recovered)) {
            restarted.add(gateway.address());

            assertThat(gateway.nextEvidence()).isEqualTo(sent);
            gateway.acknowledgeEvidence(sent.getSequence());
            awaitNoEvidence(recovered);
        }
    }

    private void count(String requestId, long rows) {
        counters.add(new RequestCounts(requestId, 3, new RequestCounts.Rows(rows, 0, 0, 0, 0, 0), 0, 100 * rows, 0, 0));
    }

    private static void awaitNoEvidence(CounterJournal journal) {
        Eventually.isTrue("no evidence waits", () -> journal.unacknowledged().isEmpty());
    }

    @Test
    void givesUpWhenItIsRefusedAtFirstAndTimeDoesNotMendIt() throws Exception {
        gateway.refusal = "layers [0, 4) are held twice";

        links.add(gateway.address());

        assertThat(hopeless.poll(20, TimeUnit.SECONDS))
                .isEqualTo("gateway %s refused this node: layers [0, 4) are held twice".formatted(gateway.address()));
    }

    @Test
    void registersWhenARefusalMendsItself() throws Exception {
        gateway.refusal = "layers [0, 4) are held twice";
        links.add(gateway.address());
        gateway.next(NodeMessage::hasHello);

        gateway.refusal = null;

        gateway.next(NodeMessage::hasHeartbeat);
    }

    @Test
    void givesUpAtOnceWithTheWrongSecret() throws Exception {
        links.close();
        links = links(ClusterSecret.of("secret-of-another-cluster"), journal);

        links.add(gateway.address());

        assertThat(hopeless.poll(20, TimeUnit.SECONDS)).contains("another cluster secret");
    }

    @Test
    void saysGoodbye() throws Exception {
        register();

        links.close();

        assertThat(gateway.next(NodeMessage::hasGoodbye).getGoodbye().getReason())
                .isEqualTo("the node was stopped");
    }

    /** Passes over all that comes before the first heartbeat. */
    private void register() throws InterruptedException {
        links.add(gateway.address());
        gateway.next(NodeMessage::hasHeartbeat);
    }

    private void awaitEmptyJournal() {
        Eventually.isTrue("the journal is empty", () -> journal.unacknowledged().isEmpty());
    }

    private GatewayLinks links(ClusterSecret secret, ReportJournal reports) {
        return links(secret, reports, counters);
    }

    private GatewayLinks links(ClusterSecret secret, ReportJournal reports, CounterJournal counted) {
        return new GatewayLinks(
                new Profile(),
                duties,
                new PeerDialer(secret, Runnable::run),
                reports,
                counted,
                new Random(3),
                Duration.ofMillis(500),
                hopeless::add);
    }

    private static GatewayMessage generate(String requestId) {
        return GatewayMessage.newBuilder()
                .setGenerate(GenerateRequest.newBuilder().setRequestId(requestId))
                .build();
    }

    private static GenerateEvent event(String requestId, int index, Integer... tokenIds) {
        return GenerateEvent.newBuilder()
                .setRequestId(requestId)
                .setIndex(index)
                .addAllTokenIds(List.of(tokenIds))
                .build();
    }

    private static RequestReport report(String requestId) {
        return RequestReport.newBuilder()
                .setRequestId(requestId)
                .setPromptTokens(5)
                .build();
    }

    private static final class Profile implements NodeProfile {

        @Override
        public Hello hello() {
            return Hello.newBuilder()
                    .setProtocolVersion(1)
                    .setNodeId("node-1")
                    .setText(TextAssetInfo.newBuilder().setSha256("00").setBytes(TEXT.length))
                    .build();
        }

        @Override
        public Heartbeat heartbeat() {
            return Heartbeat.newBuilder().setState(NodeState.NODE_STATE_READY).build();
        }

        @Override
        public byte[] textAssets() {
            return TEXT;
        }
    }

    private static final class Duties implements NodeDuties {

        final BlockingQueue<FormPipeline> forms = new LinkedBlockingQueue<>();
        final BlockingQueue<String> generates = new LinkedBlockingQueue<>();
        final BlockingQueue<String> cancels = new LinkedBlockingQueue<>();

        @Override
        public void form(FormPipeline form) {
            forms.add(form);
        }

        @Override
        public void generate(GenerateRequest request) {
            generates.add(request.getRequestId());
        }

        @Override
        public void cancel(String requestId, CancelReason reason) {
            assertThat(reason).isEqualTo(CancelReason.CANCEL_REASON_CLIENT_GONE);
            cancels.add(requestId);
        }
    }
}
