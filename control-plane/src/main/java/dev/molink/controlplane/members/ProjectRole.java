package dev.molink.controlplane.members;

/** What somebody is in a project. Rights come from the role in the organization. */
public enum ProjectRole {
    OWNER,
    MEMBER
}
