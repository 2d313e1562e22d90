/** What can go wrong with a chat template, and the limits that stop a hostile one. */
@NullMarked
package dev.molink.gateway.template.failure;

import org.jspecify.annotations.NullMarked;
