/** Turns values into text: formats, JSON, dates and wrapped lines as Python writes them. */
@NullMarked
package dev.molink.gateway.template.printing;

import org.jspecify.annotations.NullMarked;
