/** Keys of the administration API. */
@NullMarked
package dev.molink.controlplane.adminkeys;

import org.jspecify.annotations.NullMarked;
