package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the {@link Outbox} of a link and writes to its connections, one frame at a time and only while they
 * take more, so that hardly anything piles up below. Others only leave events; nobody who does waits.
 */
final class LinkSender {

    /** Events that may wait; one more means that the head's limit of steps in flight failed. */
    private static final int MAX_EVENTS = 1 << 14;

    private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

    private static final Logger log = LoggerFactory.getLogger(LinkSender.class);

    private final List<? extends FrameSink> sinks;
    private final Consumer<CorruptFrameException> onFailure;
    private final Thread thread;

    // Owned by the thread.
    private final Outbox outbox;
    private final List<Event> taken = new ArrayList<>();

    private volatile LinkRate rate = LinkRate.UNKNOWN;
    private volatile LinkTraffic traffic = LinkTraffic.NONE;
    private volatile long pendingBytes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // Guarded by lock.
    private final Deque<Event> events = new ArrayDeque<>();
    private boolean woken;
    private boolean closing;

    private sealed interface Event {
        record Plan(StepPlan plan) implements Event {}

        record Outcome(StepOutcome outcome) implements Event {}

        record Rows(HiddenRows rows) implements Event {}

        record Abandon() implements Event {}

        record DecodeRuns(boolean running) implements Event {}

        record Urgent(int lane, Frame frame) implements Event {}

        record Beat() implements Event {}

        record Acknowledged(int lane, Acknowledgement acknowledgement) implements Event {}
    }

    /**
     * @param outbox belongs to this sender
     * @param sinks one for each of its lanes
     * @param onFailure called once, by the sender's thread, if the link is of no use
     */
    LinkSender(String name, Outbox outbox, List<? extends FrameSink> sinks, Consumer<CorruptFrameException> onFailure) {
        this.outbox = outbox;
        this.sinks = List.copyOf(sinks);
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** False when the bound is reached or the sender is closing; the same of the others. */
    boolean plan(StepPlan plan) {
        return add(new Event.Plan(plan));
    }

    boolean outcome(StepOutcome outcome) {
        return add(new Event.Outcome(outcome));
    }

    /** Rows that are not taken are released. */
    boolean rows(HiddenRows rows) {
        boolean added = add(new Event.Rows(rows));
        if (!added) {
            rows.values().release();
        }
        return added;
    }

    void abandon() {
        add(new Event.Abandon());
    }

    void decodeRuns(boolean running) {
        add(new Event.DecodeRuns(running));
    }

    /** A frame that overtakes what waits. */
    void urgent(int lane, Frame frame) {
        add(new Event.Urgent(lane, frame));
    }

    void beat() {
        add(new Event.Beat());
    }

    /** One that finds no room does no harm: the next one tells more. */
    void acknowledged(int lane, Acknowledgement acknowledgement) {
        add(new Event.Acknowledged(lane, acknowledgement));
    }

    /** A connection may take frames again. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private boolean add(Event event) {
        lock.lock();
        try {
            if (closing || events.size() >= MAX_EVENTS) {
                return false;
            }
            events.add(event);
            work.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends {@code farewell} on every connection, drops the rest and ends the thread; what hangs is interrupted. */
    void close(Frame farewell, Duration patience) {
        lock.lock();
        try {
            closing = true;
            for (int lane = 0; lane < sinks.size(); lane++) {
                events.add(new Event.Urgent(lane, farewell));
            }
            work.signal();
        } finally {
            lock.unlock();
        }
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            if (!thread.join(patience)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                open = turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CorruptFrameException e) {
            onFailure.accept(e);
        } catch (IllegalStateException e) {
            log.debug("{}: the stream ended under its sender", thread.getName(), e);
        } finally {
            release();
        }
    }

    /** Handles what waits, then sends one frame or waits; false when the sender is closed. */
    private boolean turn() throws InterruptedException, CorruptFrameException {
        boolean ends = drain();
        for (Event event : taken) {
            handle(event, ends);
        }
        taken.clear();
        if (ends) {
            return false;
        }
        Outbox.Move move = outbox.next(
                System.nanoTime(), sinks.getFirst().isReady(), sinks.getLast().isReady());
        switch (move) {
            case Outbox.Move.Send(int lane, Frame frame) -> sinks.get(lane).send(frame);
            case Outbox.Move.Wait(long untilNanos) -> await(untilNanos);
        }
        return true;
    }

    /** Takes all events; true when the sender is closing. */
    private boolean drain() {
        lock.lock();
        try {
            taken.addAll(events);
            events.clear();
            woken = false;
            return closing;
        } finally {
            lock.unlock();
        }
    }

    private void await(long untilNanos) throws InterruptedException {
        long wait = untilNanos == SentFrames.NEVER
                ? LONGEST_WAIT_NANOS
                : Math.clamp(untilNanos - System.nanoTime(), 0, LONGEST_WAIT_NANOS);
        if (wait == 0) {
            return;
        }
        lock.lock();
        try {
            long left = wait;
            while (left > 0 && events.isEmpty() && !woken && !closing) {
                left = work.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handle(Event event, boolean ends) {
        if (ends) {
            leave(event);
            return;
        }
        long now = System.nanoTime();
        switch (event) {
            case Event.Plan(StepPlan plan) -> outbox.add(plan, now);
            case Event.Outcome(StepOutcome outcome) -> outbox.add(outcome, now);
            case Event.Rows(HiddenRows rows) -> outbox.add(rows, now);
            case Event.Abandon() -> outbox.abandon(now);
            case Event.DecodeRuns(boolean running) -> outbox.decodeRuns(running, now);
            case Event.Urgent(int lane, Frame frame) -> sinks.get(lane).send(frame);
            case Event.Beat() -> {
                outbox.beat(now);
                traffic = outbox.traffic(now);
                pendingBytes = outbox.pendingBytes();
            }
            case Event.Acknowledged(int lane, Acknowledgement acknowledgement) -> {
                outbox.acknowledged(lane, acknowledgement, now);
                rate = outbox.rate();
            }
        }
    }

    /** What acknowledgements have shown so far. */
    LinkRate rate() {
        return rate;
    }

    /** As of the last beat. */
    LinkTraffic traffic() {
        return traffic;
    }

    /** Of encoded hidden states that wait or were not acknowledged, as of the last beat. */
    long pendingBytes() {
        return pendingBytes;
    }

    private void leave(Event event) {
        switch (event) {
            case Event.Urgent(int lane, Frame frame) -> sinks.get(lane).send(frame);
            case Event.Rows(HiddenRows rows) -> rows.values().release();
            case Event.Plan _,
                    Event.Outcome _,
                    Event.Abandon _,
                    Event.DecodeRuns _,
                    Event.Beat _,
                    Event.Acknowledged _ -> {}
        }
    }

    /** Nobody adds events to a sender that is closing. */
    private void release() {
        lock.lock();
        try {
            closing = true;
            taken.addAll(events);
            events.clear();
        } finally {
            lock.unlock();
        }
        for (Event event : taken) {
            if (event instanceof Event.Rows(HiddenRows rows)) {
                rows.values().release();
            }
        }
        taken.clear();
        outbox.release();
    }
}
