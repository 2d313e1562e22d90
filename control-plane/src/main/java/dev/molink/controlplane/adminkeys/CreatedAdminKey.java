package dev.molink.controlplane.adminkeys;

/**
 * A new key; the only time that its text exists outside the caller's hands.
 *
 * @param text the whole key
 */
public record CreatedAdminKey(AdminKey key, String text) {

    @Override
    public String toString() {
        return "CreatedAdminKey[%s %s]".formatted(key.keyId(), key.redacted());
    }
}
