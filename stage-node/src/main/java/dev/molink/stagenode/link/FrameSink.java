package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;

/** Where a {@link TransmitQueue} puts its frames; called by the queue's own thread only. */
interface FrameSink {

    /** Whether a frame would go out now and not pile up in memory below. */
    boolean isReady();

    void send(Frame frame);
}
