package dev.molink.stagenode.gatewaylink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.RequestReport;
import java.util.Objects;
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

        GenerateEvent first = next().getEvent();
        GenerateEvent second = next().getEvent();

        assertThat(first.getIndex()).isZero();
        assertThat(first.getTokenIdsList()).containsExactly(11, 12);
        assertThat(first.getFinish()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(first.getStopTokenId()).isEqualTo(12);
        assertThat(second.getChoice()).isEqualTo(1);
        assertThat(second.getTokenIdsList()).containsExactly(21);
        assertThat(outbox.poll()).isNull();
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

        assertThat(outbox.poll()).matches(NodeMessage::hasEvent);
        assertThat(outbox.poll()).matches(NodeMessage::hasReport);
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
