package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.Structure;

/**
 * Turns what a text must be into a grammar that the sampling stage of a formation keeps. Compiling takes its time, so it
 * happens elsewhere than on the head's thread.
 */
public interface StructureCompiler {

    /** What came of it. */
    sealed interface Result {

        /** @param grammar content hash by which the sampling stage knows it */
        record Ready(String grammar) implements Result {}

        record Refused(Failure failure) implements Result {}
    }

    /** Takes the result; from any thread. */
    @FunctionalInterface
    interface Receiver {
        void take(Result result);
    }

    /** Compiles {@code structure} and hands the grammar to the last stage of {@code epoch}; does not wait. */
    void compile(Structure structure, long epoch, Receiver receiver);
}
