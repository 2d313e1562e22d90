package dev.molink.stagenode.model.hub;

import java.time.Duration;

/**
 * How long to wait for a hub.
 *
 * @param answer for a connection, and for the head of an answer
 * @param stall without a single byte in the middle of a file
 * @param lock for another process that fetches the same file
 * @param attempts in a row that may fail without bringing a byte
 * @param pause after the first failure; it doubles from failure to failure
 */
public record Patience(Duration answer, Duration stall, Duration lock, int attempts, Duration pause) {

    public static final Patience USUAL =
            new Patience(Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofHours(6), 5, Duration.ofSeconds(1));
}
