package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.RequestReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Keeps what a head says, and refuses at once what it must not say. */
final class RecordingListener implements HeadListener {

    private final Map<String, List<GenerateEvent>> events = new HashMap<>();
    private final Map<String, RequestReport> reports = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();
    private boolean room = true;

    @Override
    public synchronized void generated(List<GenerateEvent> step) {
        for (GenerateEvent event : step) {
            if (reports.containsKey(event.getRequestId())) {
                violations.add("ids of %s after its report".formatted(event.getRequestId()));
            }
            events.computeIfAbsent(event.getRequestId(), _ -> new ArrayList<>()).add(event);
        }
        notifyAll();
    }

    @Override
    public synchronized void finished(RequestReport report) {
        if (reports.put(report.getRequestId(), report) != null) {
            violations.add("a second report of %s".formatted(report.getRequestId()));
        }
        notifyAll();
    }

    @Override
    public synchronized void pipelineBroken(long epoch, String reason) {
        broken.add(reason);
    }

    @Override
    public synchronized boolean hasRoom(int running) {
        return room;
    }

    synchronized void fill() {
        room = false;
    }

    synchronized List<String> broken() {
        return List.copyOf(broken);
    }

    /** The report of a request; fails if anything came that must not. */
    synchronized RequestReport awaitReport(String requestId) throws InterruptedException {
        await(() -> reports.containsKey(requestId), "report of " + requestId);
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.toString());
        }
        return report(requestId);
    }

    synchronized void awaitTokens(String requestId, int count) throws InterruptedException {
        await(() -> events.getOrDefault(requestId, List.of()).size() >= count, count + " tokens of " + requestId);
    }

    synchronized RequestReport report(String requestId) {
        return Objects.requireNonNull(reports.get(requestId), requestId);
    }

    synchronized int reports() {
        return reports.size();
    }

    /** The ids of one choice, whose indexes must follow each other from {@code firstIndex}. */
    synchronized List<Integer> tokens(String requestId, int choice, int firstIndex) {
        List<Integer> tokens = new ArrayList<>();
        for (GenerateEvent event : events.getOrDefault(requestId, List.of())) {
            if (event.getChoice() == choice) {
                if (event.getIndex() != firstIndex + tokens.size()) {
                    throw new AssertionError("index %d after %d ids".formatted(event.getIndex(), tokens.size()));
                }
                tokens.addAll(event.getTokenIdsList());
            }
        }
        return tokens;
    }

    synchronized List<GenerateEvent> events(String requestId) {
        return List.copyOf(events.getOrDefault(requestId, List.of()));
    }

    private void await(BooleanSupplier condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("no " + what + " within 30 s");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }
}
