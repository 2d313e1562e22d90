package dev.molink.controlplane.keys;

/** What became of a presented key. */
public sealed interface KeyVerification {

    /** @param sharesPrefixCache whether the project's requests share computed prefixes with other projects */
    record Valid(String keyId, String projectId, String organizationId, boolean sharesPrefixCache)
            implements KeyVerification {}

    /** No key has this text; also the outcome for a text that is none of a key. */
    record Unknown() implements KeyVerification {}

    record Expired(String keyId) implements KeyVerification {}

    record Revoked(String keyId) implements KeyVerification {}

    /** The key is not cached and the database does not answer: nobody can tell; try again later. */
    record Unavailable() implements KeyVerification {}
}
