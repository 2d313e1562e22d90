package dev.molink.controlplane.members;

/** A member as it was and as it is. */
public record RoleChange(Member before, Member after) {}
