package dev.molink.stagenode.engine.machine;

import java.time.Duration;

/**
 * In which order a stage computes.
 *
 * @param earlyHiddenStates hidden states that may wait for their plans
 * @param prefillFloor share of the computing time, 0 … 1 exclusive, that prefill pieces get while one waits
 * @param prefillAge a prefill piece that was ready for longer goes before decode steps
 */
public record StepRules(int earlyHiddenStates, double prefillFloor, Duration prefillAge) {

    public static final StepRules DEFAULT = new StepRules(64, 0.2, Duration.ofSeconds(2));

    public StepRules {
        if (earlyHiddenStates < 1) {
            throw new IllegalArgumentException(
                    "%d hidden states may wait for their plans; at least 1 must".formatted(earlyHiddenStates));
        }
        if (!(prefillFloor >= 0 && prefillFloor < 1)) {
            throw new IllegalArgumentException("prefill floor %s is outside 0 … 1 (exclusive)".formatted(prefillFloor));
        }
        if (prefillAge.isNegative()) {
            throw new IllegalArgumentException("prefill age %s is negative".formatted(prefillAge));
        }
    }
}
