/** Runs a template's syntax tree: scopes, macros, filters, tests and methods. */
@NullMarked
package dev.molink.gateway.template.evaluation;

import org.jspecify.annotations.NullMarked;
