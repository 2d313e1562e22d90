package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateEvents;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.StageEvidence;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What waits to go up to one gateway. Only the newest heartbeat and pipeline report wait; the ids of one choice wait
 * merged into one event, and those of several choices leave in one message. So the memory is bounded by what the running
 * requests may generate, however slowly the gateway reads; of evidence, its sender bounds what is under way. Tokens leave
 * before reports, because a report ends its request, and evidence last, because nobody waits for it. Not thread-safe.
 */
final class Outbox {

    /** No event joins those of a message that has as many. */
    private static final int ENOUGH_BYTES = 64 << 10;

    private record Choice(String requestId, int index) {}

    private final Map<Choice, GenerateEvent> events = new LinkedHashMap<>();
    private final Map<String, RequestReport> reports = new LinkedHashMap<>();
    private final Queue<StageEvidence> evidence = new ArrayDeque<>();
    private @Nullable Heartbeat heartbeat;
    private @Nullable PipelineReport pipeline;

    void put(Heartbeat newest) {
        heartbeat = newest;
    }

    void put(PipelineReport newest) {
        pipeline = newest;
    }

    void put(RequestReport report) {
        reports.put(report.getRequestId(), report);
    }

    void put(StageEvidence records) {
        evidence.add(records);
    }

    void put(GenerateEvent event) {
        events.merge(new Choice(event.getRequestId(), event.getChoice()), event, Outbox::append);
    }

    private static GenerateEvent append(GenerateEvent waiting, GenerateEvent next) {
        return waiting.toBuilder()
                .addAllTokenIds(next.getTokenIdsList())
                .addAllLogprobs(next.getLogprobsList())
                .addAllPromptLogprobs(next.getPromptLogprobsList())
                .setFinish(next.getFinish())
                .setStopTokenId(next.getStopTokenId())
                .build();
    }

    /** Takes the next message out; null when nothing waits. */
    @Nullable
    NodeMessage poll() {
        NodeMessage.Builder message = NodeMessage.newBuilder();
        if (heartbeat != null) {
            message.setHeartbeat(heartbeat);
            heartbeat = null;
        } else if (pipeline != null) {
            message.setPipeline(pipeline);
            pipeline = null;
        } else if (!events.isEmpty()) {
            message.setEvents(takeEvents());
        } else if (!reports.isEmpty()) {
            message.setReport(removeFirst(reports));
        } else if (!evidence.isEmpty()) {
            message.setEvidence(evidence.remove());
        } else {
            return null;
        }
        return message.build();
    }

    /** As many as fit; the events of a step usually leave together. */
    private GenerateEvents takeEvents() {
        GenerateEvents.Builder taken = GenerateEvents.newBuilder();
        int bytes = 0;
        while (!events.isEmpty() && bytes < ENOUGH_BYTES) {
            GenerateEvent event = removeFirst(events);
            bytes += event.getSerializedSize();
            taken.addEvents(event);
        }
        return taken.build();
    }

    private static <K, V> V removeFirst(Map<K, V> map) {
        var entries = map.entrySet().iterator();
        V first = entries.next().getValue();
        entries.remove();
        return first;
    }
}
