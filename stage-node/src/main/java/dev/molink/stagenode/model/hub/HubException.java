package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelLoadException;
import org.jspecify.annotations.Nullable;

/** A hub does not give a model or a file of it. */
public final class HubException extends ModelLoadException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** No permission: gated, private, or a wrong token. */
        REFUSED,
        NOT_FOUND,
        /** No network, no answer in time, or the hub is in trouble; it may work later. */
        UNREACHABLE,
        /** What came is not what the hub announced. */
        BROKEN,
        /** Nothing is wrong with the hub: the disk is full, a lock is held, a setting is impossible. */
        LOCAL
    }

    private final Reason reason;

    HubException(Reason reason, String message) {
        this(reason, message, null);
    }

    HubException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
