/** Renders chat templates, the Jinja2 programs that turn messages into a model's prompt. */
@NullMarked
package dev.molink.gateway.template;

import org.jspecify.annotations.NullMarked;
