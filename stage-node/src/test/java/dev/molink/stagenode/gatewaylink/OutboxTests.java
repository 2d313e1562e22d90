package dev.molink.stagenode.gatewaylink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.TokenLogprobs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboxTests {

    private final Outbox outbox = new Outbox();

    @Test
    void mergesTheIdsOfOneChoice() {
        outbox.put(event("r", 0, 0, 11));
        outbox.put(event("r", 1, 0, 21));
        outbox.put(event("r", 0, 1, 12).toBuilder()
                .setFinish(FinishReason.FINISH_REASON_STOP)
                .setStopTokenId(12)
                .build());

        List<GenerateEvent> events = next().getEvents().getEventsList();

        assertThat(events).hasSize(2);
        GenerateEvent first = events.getFirst();
        GenerateEvent second = events.getLast();
        assertThat(first.getIndex()).isZero();
        assertThat(first.getTokenIdsList()).containsExactly(11, 12);
        assertThat(first.getFinish()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(first.getStopTokenId()).isEqualTo(12);
        assertThat(second.getChoice()).isEqualTo(1);
        assertThat(second.getTokenIdsList()).containsExactly(21);
        assertThat(outbox.poll()).isNull();
    }

    @Test
    void mergesLogProbabilitiesWithTheirIds() {
        outbox.put(scored(event("r", 0, 0, 11), -1));
        outbox.put(scored(event("r", 0, 1, 12), -2));

        GenerateEvent merged = next().getEvents().getEvents(0);

        assertThat(merged.getTokenIdsList()).containsExactly(11, 12);
        assertThat(merged.getLogprobsList())
                .extracting(TokenLogprobs::getLogprob)
                .containsExactly(-1f, -2f);
        assertThat(merged.getPromptLogprobsList())
                .extracting(TokenLogprobs::getLogprob)
                .containsExactly(-1f, -2f);
    }

    @Test
    void cutsWhatIsTooMuchForOneMessage() {
        int requests = 5_000;
        for (int request = 0; request < requests; request++) {
            outbox.put(event("a-request-with-a-long-id-" + request, 0, 0, request));
        }

        List<GenerateEvent> sent = new ArrayList<>();
        for (NodeMessage message = outbox.poll(); message != null; message = outbox.poll()) {
            assertThat(message.getSerializedSize()).isLessThan(1 << 17);
            sent.addAll(message.getEvents().getEventsList());
        }

        assertThat(sent)
                .extracting(each -> each.getTokenIds(0))
                .containsExactlyElementsOf(IntStream.range(0, requests).boxed().toList());
    }

    @Test
    void keepsOnlyTheNewestHeartbeat() {
        outbox.put(Heartbeat.newBuilder().setRunningSequences(1).build());
        outbox.put(Heartbeat.newBuilder().setRunningSequences(2).build());

        assertThat(next().getHeartbeat().getRunningSequences()).isEqualTo(2);
        assertThat(outbox.poll()).isNull();
    }

    @Test
    void sendsTheReportBehindTheTokens() {
        outbox.put(RequestReport.newBuilder().setRequestId("r").build());
        outbox.put(event("r", 0, 0, 11));

        assertThat(outbox.poll()).matches(NodeMessage::hasEvents);
        assertThat(outbox.poll()).matches(NodeMessage::hasReport);
    }

    private static GenerateEvent scored(GenerateEvent event, float logprob) {
        TokenLogprobs scores = TokenLogprobs.newBuilder().setLogprob(logprob).build();
        return event.toBuilder().addLogprobs(scores).addPromptLogprobs(scores).build();
    }

    private NodeMessage next() {
        return Objects.requireNonNull(outbox.poll(), "the outbox is empty");
    }

    private static GenerateEvent event(String requestId, int choice, int index, int tokenId) {
        return GenerateEvent.newBuilder()
                .setRequestId(requestId)
                .setChoice(choice)
                .setIndex(index)
                .addTokenIds(tokenId)
                .build();
    }
}
