/** Accounts of people: operators of the installation and members of organizations, their passwords and identities. */
@NullMarked
package dev.molink.controlplane.accounts;

import org.jspecify.annotations.NullMarked;
