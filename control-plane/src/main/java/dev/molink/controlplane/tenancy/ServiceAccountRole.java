package dev.molink.controlplane.tenancy;

/** What a service account is in its project. */
public enum ServiceAccountRole {
    MEMBER,
    OWNER
}
