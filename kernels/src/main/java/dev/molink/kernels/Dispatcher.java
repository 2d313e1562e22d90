package dev.molink.kernels;

/** Runs a task on the pool, or at once on the calling thread where the work is shorter than waking the others. */
record Dispatcher(WorkerPool pool) {

    /** Multiply-adds below which one thread is faster than two: about ten microseconds. */
    private static final long WORTH_SHARING = 100_000;

    int threads() {
        return pool.threads();
    }

    /** @param work multiply-adds of all parts together, roughly */
    void dispatch(WorkerPool.Task task, int parts, long work) {
        if (work < WORTH_SHARING) {
            WorkerPool.runHere(task, parts);
        } else {
            pool.run(task, parts);
        }
    }
}
