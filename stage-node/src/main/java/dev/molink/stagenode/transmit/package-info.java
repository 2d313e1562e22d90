/**
 * What goes next over a link, decided without thread, clock or socket: events and their times go in, decisions come out.
 * The build refuses anything else here.
 */
@NullMarked
package dev.molink.stagenode.transmit;

import org.jspecify.annotations.NullMarked;
