/**
 * What a stage does next, decided without thread, clock or socket: events and their times go in, decisions come out. The
 * build refuses anything else here.
 */
@NullMarked
package dev.molink.stagenode.engine.machine;

import org.jspecify.annotations.NullMarked;
