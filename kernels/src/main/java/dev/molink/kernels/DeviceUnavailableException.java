package dev.molink.kernels;

/** The device that was asked for cannot be used here; the message says which and why. */
public final class DeviceUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DeviceUnavailableException(String message) {
        super(message);
    }
}
