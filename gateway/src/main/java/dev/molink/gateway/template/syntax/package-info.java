/** Reads a template's source into a syntax tree. */
@NullMarked
package dev.molink.gateway.template.syntax;

import org.jspecify.annotations.NullMarked;
