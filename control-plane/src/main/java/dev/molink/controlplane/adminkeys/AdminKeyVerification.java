package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.access.AdminCaller;

/** What became of a presented key. */
public sealed interface AdminKeyVerification {

    record Valid(AdminCaller caller) implements AdminKeyVerification {}

    /** No key of the administration has this text. */
    record Unknown() implements AdminKeyVerification {}

    record Expired(String keyId) implements AdminKeyVerification {}

    record Revoked(String keyId) implements AdminKeyVerification {}

    /** The database does not answer: nobody can tell; try again later. */
    record Unavailable() implements AdminKeyVerification {}
}
