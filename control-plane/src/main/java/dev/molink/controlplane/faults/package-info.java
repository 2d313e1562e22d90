/** Points at which tests make the process die. */
@NullMarked
package dev.molink.controlplane.faults;

import org.jspecify.annotations.NullMarked;
