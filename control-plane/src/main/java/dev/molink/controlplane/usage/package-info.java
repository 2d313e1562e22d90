/** What each request used, recorded exactly once. */
@NullMarked
package dev.molink.controlplane.usage;

import org.jspecify.annotations.NullMarked;
