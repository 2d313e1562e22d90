package dev.molink.controlplane.access;

/** What somebody wants to do in an area. Who may change may look as well. */
public enum Access {
    VIEW,
    MANAGE
}
