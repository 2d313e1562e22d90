/** Who belongs to which organization and project, with which role, and how they come in: invitations and identity providers. */
@NullMarked
package dev.molink.controlplane.members;

import org.jspecify.annotations.NullMarked;
