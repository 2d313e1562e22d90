/** The first page: does it serve, and how much. */
@NullMarked
package dev.molink.console.overview;

import org.jspecify.annotations.NullMarked;
