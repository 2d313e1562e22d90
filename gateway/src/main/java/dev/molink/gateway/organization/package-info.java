/** OpenAI's Administration API: {@code /v1/organization/…}. */
@NullMarked
package dev.molink.gateway.organization;

import org.jspecify.annotations.NullMarked;
