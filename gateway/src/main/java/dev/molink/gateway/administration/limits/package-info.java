/** Limits of organizations, projects, keys and models as the operator and tenants set them. */
@NullMarked
package dev.molink.gateway.administration.limits;

import org.jspecify.annotations.NullMarked;
