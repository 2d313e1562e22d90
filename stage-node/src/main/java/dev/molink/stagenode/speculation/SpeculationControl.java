package dev.molink.stagenode.speculation;

import dev.molink.stagenode.batching.StepTimes;
import java.util.Locale;

/**
 * Whether drafts are verified at all and how long they are, from durations and counts of the steps themselves.
 *
 * <p>A verify step takes longer than a decode step, by its further rows, and gives more tokens. The gain is the time in
 * which decode steps would have given the tokens of the last verify steps, divided by the time that these took
 * ({@link StepTimes}; whatever passes between plan and outcome counts, so slow links make drafts cheap). Decode and verify
 * steps are measured apart, since a second row may cost a stage far more than each one after it. States: <em>probing</em>
 * for 16 verify steps; <em>on</em> while the gain is at least 1.05; else <em>off</em>, and probing again after 5 s, after a
 * failed probe twice as long, at most 160 s. So that decode steps are measured, one step in 4 goes without drafts while
 * probing, and one in 32 while it is on.
 */
public final class SpeculationControl {

    enum State {
        PROBING,
        ON,
        OFF
    }

    private static final int PROBE_STEPS = 16;
    private static final int PLAIN_EVERY_PROBING = 4;
    private static final int PLAIN_EVERY_ON = 32;
    private static final int REMEMBERED_STEPS = 50;
    private static final double LEAST_GAIN = 1.05;
    private static final double DECAY = 0.95;
    private static final long FIRST_PAUSE_NANOS = 5_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 160_000_000_000L;
    private static final double WORTH_UNMEASURED = 0.3;

    private final SpeculationOption option;
    private final StepTimes decodeTimes = new StepTimes(REMEMBERED_STEPS);
    private final StepTimes verifyTimes = new StepTimes(REMEMBERED_STEPS);
    private State state = State.PROBING;
    private int stepsInState;
    private int planned;
    private double plainNanos;
    private double verifyNanos;
    private long offSinceNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    public SpeculationControl(SpeculationOption option) {
        this.option = option;
    }

    /** Whether the decode step that is being planned may carry drafts; asked once for each. */
    public boolean mayDraft(long nowNanos) {
        return switch (option) {
            case SpeculationOption.Off _ -> false;
            case SpeculationOption.Fixed _ -> true;
            case SpeculationOption.Auto _ -> mayDraftByGain(nowNanos);
        };
    }

    private boolean mayDraftByGain(long nowNanos) {
        if (state == State.OFF && nowNanos - offSinceNanos >= pauseNanos) {
            enter(State.PROBING);
        }
        int plainEvery = state == State.ON ? PLAIN_EVERY_ON : PLAIN_EVERY_PROBING;
        return state != State.OFF && ++planned % plainEvery != 0;
    }

    private void enter(State next) {
        state = next;
        stepsInState = 0;
        plainNanos = 0;
        verifyNanos = 0;
    }

    /**
     * Most drafts for a sequence in a step that may have drafts.
     *
     * @param sequences of the step
     */
    public int draftTokens(AcceptanceHistory history, int sequences) {
        return switch (option) {
            case SpeculationOption.Off _ -> 0;
            case SpeculationOption.Fixed fixed -> fixed.draftTokens();
            case SpeculationOption.Auto _ -> history.draftTokens(worth(sequences), SpeculationOption.MAX_DRAFT_TOKENS);
        };
    }

    /** The chance from which a draft pays: its row's time by the time that a token takes without drafts. */
    private double worth(int sequences) {
        double perRow = verifyTimes.perRow();
        return perRow == 0 || !decodeTimes.measured()
                ? WORTH_UNMEASURED
                : perRow * sequences / decodeTimes.nanos(sequences);
    }

    /** What became of a sequence's drafts. */
    public void verified(AcceptanceHistory history, int drafted, int accepted) {
        history.verified(drafted, accepted);
    }

    /**
     * A decode or verify step is over.
     *
     * @param sequences that were in it
     * @param rows of it: one for each sequence and one for each draft
     * @param accepted drafts that were right
     * @param durationNanos from its plan to its outcome
     */
    public void stepDone(long nowNanos, int sequences, int rows, int accepted, long durationNanos) {
        if (rows == sequences) {
            decodeTimes.add(rows, durationNanos);
            return;
        }
        verifyTimes.add(rows, durationNanos);
        if (state == State.OFF || !decodeTimes.measured()) {
            return;
        }
        plainNanos = plainNanos * DECAY + (1 + (double) accepted / sequences) * decodeTimes.nanos(sequences);
        verifyNanos = verifyNanos * DECAY + verifyTimes.nanos(rows);
        if (++stepsInState >= PROBE_STEPS) {
            judge(nowNanos);
        }
    }

    private void judge(long nowNanos) {
        if (gain() >= LEAST_GAIN) {
            state = State.ON;
            pauseNanos = FIRST_PAUSE_NANOS;
            return;
        }
        pauseNanos = state == State.ON ? FIRST_PAUSE_NANOS : Math.min(LONGEST_PAUSE_NANOS, 2 * pauseNanos);
        offSinceNanos = nowNanos;
        state = State.OFF;
    }

    /** Tokens per second of the last verify steps by those of decode steps; 1 before anything is measured. */
    public double gain() {
        return verifyNanos > 0 ? plainNanos / verifyNanos : 1;
    }

    /** Whether drafts are verified at present, be it to find out. */
    public boolean on() {
        return switch (option) {
            case SpeculationOption.Off _ -> false;
            case SpeculationOption.Fixed _ -> true;
            case SpeculationOption.Auto _ -> state != State.OFF;
        };
    }

    /** A sentence with the numbers, for metrics and the console. */
    public String reason() {
        return switch (option) {
            case SpeculationOption.Off _ -> "speculation is off";
            case SpeculationOption.Fixed fixed -> "%d drafts for each sequence, fixed".formatted(fixed.draftTokens());
            case SpeculationOption.Auto _ ->
                String.format(
                        Locale.ROOT,
                        "speculation is %s: %.2f times the tokens per second of decode steps over the last verify steps",
                        state.name().toLowerCase(Locale.ROOT),
                        gain());
        };
    }
}
