package dev.molink.controlplane;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one task again and again on a thread of its own, with a pause between the end of one run and the next. */
public final class RepeatedTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);

    private final String name;
    private final ScheduledExecutorService thread;
    private final ScheduledFuture<?> repetition;

    /** @param name of the thread */
    public RepeatedTask(String name, Duration pause, Runnable task) {
        this.name = name;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
        this.repetition = thread.scheduleWithFixedDelay(() -> run(task), 0, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException failed) {
            // an exception that escapes would end the repetition for good
            LOG.error("{} failed and will run again", name, failed);
        }
    }

    @Override
    public void close() {
        repetition.cancel(true);
        thread.shutdown();
    }
}
