package dev.molink.stagenode.engine;

import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The bounded way of commands to one owner thread. */
final class CommandQueue<C> {

    private static final long PATIENCE_SECONDS = 10;

    private final String owner;
    private final int capacity;
    private final BlockingQueue<C> commands;

    CommandQueue(String owner, int capacity) {
        this.owner = owner;
        this.capacity = capacity;
        this.commands = new ArrayBlockingQueue<>(capacity);
    }

    /** Whether there was room. */
    boolean offer(C command) {
        return commands.offer(command);
    }

    /**
     * For commands that must not be lost; the owner never waits for anybody, so a full queue empties soon.
     *
     * @throws IllegalStateException if it did not, or the thread was interrupted
     */
    void put(C command) {
        try {
            if (!commands.offer(command, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("%s took none of its %d waiting commands for %d s"
                        .formatted(owner, capacity, PATIENCE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "interrupted while %s had %d commands waiting".formatted(owner, capacity), e);
        }
    }

    @Nullable
    C poll(long timeout, TimeUnit unit) throws InterruptedException {
        return commands.poll(timeout, unit);
    }

    void drainTo(Collection<C> target) {
        commands.drainTo(target);
    }
}
