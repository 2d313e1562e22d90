/** Web addresses outside the installation: which may be asked, and the asking. */
@NullMarked
package dev.molink.controlplane.outbound;

import org.jspecify.annotations.NullMarked;
