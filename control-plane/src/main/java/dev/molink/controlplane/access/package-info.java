/** Who may look at and change what: roles, areas and the person or key that asks. */
@NullMarked
package dev.molink.controlplane.access;

import org.jspecify.annotations.NullMarked;
