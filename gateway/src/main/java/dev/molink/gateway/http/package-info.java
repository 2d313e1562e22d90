/** What every HTTP endpoint shares: bodies, field checks, OpenAI's error envelope, its headers and the event stream. */
@NullMarked
package dev.molink.gateway.http;

import org.jspecify.annotations.NullMarked;
