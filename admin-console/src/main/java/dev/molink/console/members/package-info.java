/** Members of organizations, their roles, and invitations from both sides. */
@NullMarked
package dev.molink.console.members;

import org.jspecify.annotations.NullMarked;
