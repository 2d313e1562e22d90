package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;

/** One connection as a {@link LinkSender} sees it, which alone calls it. */
interface FrameSink {

    /** Whether a frame would go out now and not pile up in memory below. */
    boolean isReady();

    void send(Frame frame);
}
