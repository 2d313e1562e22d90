/** Which models are served, and {@code /v1/models}. */
@NullMarked
package dev.molink.gateway.models;

import org.jspecify.annotations.NullMarked;
