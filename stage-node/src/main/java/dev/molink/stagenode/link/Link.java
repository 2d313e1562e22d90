package dev.molink.stagenode.link;

/** One end of a link. */
public sealed interface Link permits OutboundLink, InboundLink {

    LinkSpec spec();

    /**
     * Sends a heartbeat and looks whether the other end still does; called each second. A beat that did not come in time
     * counts as missed, any frame counts as a beat.
     */
    void beat();

    /** Leaves, telling the other end why; the link's own loss listener is not called. Safe to call again. */
    void close(LinkLoss reason);
}
