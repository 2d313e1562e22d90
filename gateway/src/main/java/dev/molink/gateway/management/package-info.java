/** The management port: its token, key operations, readiness and version. */
@NullMarked
package dev.molink.gateway.management;

import org.jspecify.annotations.NullMarked;
