/** What all endpoints of the administration share: keys, roles, the organization in question, pages, errors and audit. */
@NullMarked
package dev.molink.gateway.administration;

import org.jspecify.annotations.NullMarked;
