/** {@code /v1/chat/completions}. */
@NullMarked
package dev.molink.gateway.chat;

import org.jspecify.annotations.NullMarked;
