package dev.molink.gateway.testing;

/** An organization in a running gateway, for samples to be made in. */
public record Tenant(TestGateway gateway, String organizationId, String organizationName) {

    /** A service of the gateway. */
    public <T> T bean(Class<T> type) {
        return gateway.bean(type);
    }
}
