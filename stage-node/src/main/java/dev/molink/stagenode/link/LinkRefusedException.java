package dev.molink.stagenode.link;

import io.grpc.Status;

/** A link could not be opened; the message names the other end and its reason. */
public final class LinkRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Status status;

    LinkRefusedException(LinkSpec spec, Status status) {
        super("%s did not take the link: %s"
                .formatted(
                        spec.peerName(),
                        status.getDescription() == null ? status.getCode().toString() : status.getDescription()));
        this.status = status;
    }

    public Status status() {
        return status;
    }
}
