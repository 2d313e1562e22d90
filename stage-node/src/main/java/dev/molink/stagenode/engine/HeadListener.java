package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.RequestReport;
import java.util.List;

/**
 * Where a head's results go. Calls come from the head's thread, save the refusal of a request that found the head's
 * command queue full, which comes from the submitting thread. No method may wait.
 */
public interface HeadListener {

    /** What one step gave. Per choice the indexes follow each other without gap or repetition. */
    void generated(List<GenerateEvent> events);

    /** The end of a request: exactly once for each one that was submitted, and nothing about it comes after. */
    void finished(RequestReport report);

    /** The pipeline serves no longer, for a reason that the head itself found, such as a step without an outcome. */
    void pipelineBroken(long epoch, String reason);

    /** Whether the reports of {@code running} requests would find a place; the head takes no more requests otherwise. */
    default boolean hasRoom(int running) {
        return true;
    }
}
