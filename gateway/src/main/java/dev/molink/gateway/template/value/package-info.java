/** The values of the template language, with Python's rules for printing, comparing and calculating. */
@NullMarked
package dev.molink.gateway.template.value;

import org.jspecify.annotations.NullMarked;
