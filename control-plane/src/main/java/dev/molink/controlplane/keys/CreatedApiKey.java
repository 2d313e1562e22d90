package dev.molink.controlplane.keys;

/**
 * A new key; the only time that its text exists outside the caller's hands.
 *
 * @param text the whole key
 */
public record CreatedApiKey(ApiKeySummary key, String text) {

    @Override
    public String toString() {
        return "CreatedApiKey[%s %s]".formatted(key.keyId(), key.redacted());
    }
}
