package dev.molink.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed set of threads that share the parts of one task at a time; the caller works along. Parts are claimed one by
 * one, so which thread runs a part is open, and a part must not depend on it.
 *
 * <p>One word holds the run's number, its count of parts and the next part. A successful compare-and-set on it claims a
 * part of exactly that run, and the run cannot end before the part has, so {@code task} belongs to it. A worker that
 * wakes late finds no part and touches nothing. Idle workers spin for some ten microseconds, which bridges the gap
 * between two operations of a step, and then park.
 */
final class WorkerPool implements AutoCloseable {

    /** Work that falls into numbered parts; {@code worker} is below the pool's thread count and unique at a time. */
    interface Task {
        void run(int part, int worker);
    }

    static final int MAX_PARTS = (1 << 20) - 1;

    private static final int IDLE_SPINS = 1_000;
    private static final int WAIT_SPINS = 2_000;

    /** Somebody wakes the sleeper; this is for the moment between its last look and its sleep. */
    private static final long WAIT_NANOS = 200_000;

    private final Worker[] workers;
    private final AtomicLong ticket = new AtomicLong();
    private final AtomicInteger finishedParts = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread sleeper;
    private @Nullable Task task;
    private long run;

    WorkerPool(int threads) {
        workers = new Worker[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(i + 1);
            workers[i].start();
        }
    }

    int threads() {
        return workers.length + 1;
    }

    /** Runs parts {@code 0 … parts − 1} and returns when all are done. */
    void run(Task work, int parts) {
        if (parts > MAX_PARTS) {
            throw new IllegalArgumentException("%d parts, at most %d can run".formatted(parts, MAX_PARTS));
        }
        if (parts <= 1 || workers.length == 0) {
            runHere(work, parts);
            return;
        }
        task = work;
        finishedParts.set(0);
        run++;
        ticket.set(run << 40 | (long) parts << 20);
        for (int i = 0; i < Math.min(workers.length, parts - 1); i++) {
            workers[i].wake();
        }
        workAs(0);
        awaitParts(parts);
        rethrowFailure();
    }

    /** Runs all parts on the calling thread: for work that is shorter than handing it over. */
    static void runHere(Task work, int parts) {
        for (int part = 0; part < parts; part++) {
            work.run(part, 0);
        }
    }

    /**
     * Waits for the others' last parts. A worker that takes long was put aside by the operating system, which gives it this
     * processor once its thread sleeps; so the wait does not spin for long.
     */
    private void awaitParts(int parts) {
        for (int spins = 0; spins < WAIT_SPINS; spins++) {
            if (finishedParts.get() >= parts) {
                return;
            }
            Thread.onSpinWait();
        }
        sleeper = Thread.currentThread();
        while (finishedParts.get() < parts) {
            LockSupport.parkNanos(this, WAIT_NANOS);
        }
        sleeper = null;
    }

    private void rethrowFailure() {
        Throwable cause = failure;
        if (cause != null) {
            failure = null;
            throw new IllegalStateException("a kernel failed on a worker thread: " + cause, cause);
        }
    }

    private boolean hasParts() {
        long word = ticket.get();
        return (word & MAX_PARTS) < (word >>> 20 & MAX_PARTS);
    }

    private void workAs(int worker) {
        while (true) {
            long word = ticket.get();
            int part = (int) (word & MAX_PARTS);
            if (part >= (word >>> 20 & MAX_PARTS)) {
                return;
            }
            if (ticket.compareAndSet(word, word + 1)) {
                runPart(part, worker);
            }
        }
    }

    private void runPart(int part, int worker) {
        try {
            Task current = task;
            if (current != null) {
                current.run(part, worker);
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            finishedParts.incrementAndGet();
            Thread waiting = sleeper;
            if (waiting != null) {
                LockSupport.unpark(waiting);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            worker.wake();
        }
    }

    private final class Worker implements Runnable {

        private final int number;
        private final Thread thread;
        private volatile boolean parked;

        Worker(int number) {
            this.number = number;
            this.thread = Thread.ofPlatform()
                    .name("kernel-worker-" + number)
                    .daemon(true)
                    .unstarted(this);
        }

        void start() {
            thread.start();
        }

        void wake() {
            if (parked) {
                parked = false;
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            while (!closed) {
                workAs(number);
                idle();
            }
        }

        private void idle() {
            for (int spins = 0; spins < IDLE_SPINS; spins++) {
                if (hasParts() || closed) {
                    return;
                }
                Thread.onSpinWait();
            }
            parked = true;
            // The second look closes the gap between the last one and the flag that the caller reads.
            while (parked && !hasParts() && !closed) {
                LockSupport.park(this);
            }
            parked = false;
        }
    }
}
