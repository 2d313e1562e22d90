/** What each request used, recorded exactly once, and the steps by which the other books follow in the same transaction. */
@NullMarked
package dev.molink.controlplane.usage;

import org.jspecify.annotations.NullMarked;
