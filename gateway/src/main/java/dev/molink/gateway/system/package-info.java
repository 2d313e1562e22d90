/** What every part of the gateway process needs to know: its folders and its version. */
@NullMarked
package dev.molink.gateway.system;

import org.jspecify.annotations.NullMarked;
