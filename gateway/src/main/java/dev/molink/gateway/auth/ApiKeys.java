package dev.molink.gateway.auth;

import java.util.Optional;

/** Verifies presented keys; does the same work for an unknown key as for a known one. */
interface ApiKeys {

    /** The caller; empty for a key that is unknown, malformed, expired or revoked. */
    Optional<ApiCaller> verify(String presentedKey);
}
