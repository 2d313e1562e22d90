package dev.molink.stagenode.pipeline;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that run the callbacks of calls between nodes. */
public final class StageThreads {

    /** Calls that may wait for each other (a formation dials on) must not use up all threads. */
    private static final int CALL_THREADS = 16;

    private static final long IDLE_SECONDS = 30;

    private StageThreads() {}

    /**
     * A bounded pool for the callbacks of servers and channels. What waits for it is bounded by the transport's flow
     * control, which hands each stream one message at a time.
     */
    public static ExecutorService forCalls() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                CALL_THREADS,
                CALL_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("stage-calls-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
