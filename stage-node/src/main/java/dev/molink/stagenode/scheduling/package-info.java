/** Which sequences take part in which step: a pure state machine without threads, clocks or sockets. */
@NullMarked
package dev.molink.stagenode.scheduling;

import org.jspecify.annotations.NullMarked;
