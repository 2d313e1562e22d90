/** Who may see and do what: areas, roles and the visitor. */
@NullMarked
package dev.molink.console.access;

import org.jspecify.annotations.NullMarked;
