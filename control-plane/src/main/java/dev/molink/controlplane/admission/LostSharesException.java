package dev.molink.controlplane.admission;

/** The other gateways took this one for dead and returned what it held. */
final class LostSharesException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostSharesException(String gatewayId) {
        super("the lease of gateway %s was over, and others returned its shares".formatted(gatewayId));
    }
}
