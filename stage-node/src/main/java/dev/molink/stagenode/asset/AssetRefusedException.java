package dev.molink.stagenode.asset;

import io.grpc.Status;

/** A stage does not take an asset; the message says why. */
public final class AssetRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Status.Code code;

    private AssetRefusedException(Status.Code code, String message) {
        super(message);
        this.code = code;
    }

    /** The bytes are not what was announced. */
    static AssetRefusedException wrong(String message) {
        return new AssetRefusedException(Status.Code.INVALID_ARGUMENT, message);
    }

    /** There is no room for it. */
    static AssetRefusedException tooLarge(String message) {
        return new AssetRefusedException(Status.Code.RESOURCE_EXHAUSTED, message);
    }

    Status status() {
        return code.toStatus().withDescription(getMessage());
    }
}
