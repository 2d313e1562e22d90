package dev.molink.controlplane.keys;

/** What became of a presented key. */
public sealed interface KeyVerification {

    /**
     * The key works, within its scope.
     *
     * @param sharesPrefixCache whether the project's requests share computed prefixes with other projects
     * @param billed whether the project's requests need a price and are charged
     */
    record Valid(
            String keyId,
            String projectId,
            String organizationId,
            boolean sharesPrefixCache,
            boolean billed,
            KeyScope scope)
            implements KeyVerification {}

    /** No key has this text; also the outcome for a text that is none of a key. */
    record Unknown() implements KeyVerification {}

    record Expired(String keyId) implements KeyVerification {}

    record Revoked(String keyId) implements KeyVerification {}

    /** The key's project is archived. */
    record Archived(String keyId, String projectId) implements KeyVerification {}

    /** The key is not cached and the database does not answer: nobody can tell; try again later. */
    record Unavailable() implements KeyVerification {}
}
