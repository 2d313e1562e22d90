/** What projects and their keys may do beyond OpenAI's shapes: billing, scopes, expiry, rotation. */
@NullMarked
package dev.molink.gateway.administration.projects;

import org.jspecify.annotations.NullMarked;
