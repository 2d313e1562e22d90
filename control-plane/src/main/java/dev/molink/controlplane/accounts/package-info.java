/** People who log in to the console. */
@NullMarked
package dev.molink.controlplane.accounts;

import org.jspecify.annotations.NullMarked;
