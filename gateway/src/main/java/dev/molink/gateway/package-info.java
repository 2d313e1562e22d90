/** The public HTTP API in front of all pipelines. */
@NullMarked
package dev.molink.gateway;

import org.jspecify.annotations.NullMarked;
