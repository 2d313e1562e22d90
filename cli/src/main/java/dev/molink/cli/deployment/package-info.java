/** Gateway and stages of this machine as one deployment: {@code demo} and {@code serve}. */
@NullMarked
package dev.molink.cli.deployment;

import org.jspecify.annotations.NullMarked;
