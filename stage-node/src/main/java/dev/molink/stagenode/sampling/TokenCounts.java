package dev.molink.stagenode.sampling;

import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import java.util.Arrays;

/**
 * The ids that a sequence has seen and how often it generated each, kept token by token. An open-addressing table, at
 * most half full, leads from an id to its entry; entries stand in the order of first sight, so that penalties touch the
 * ids of the history and nothing else.
 */
final class TokenCounts {

    private static final int SPREAD = 0x9E3779B9;
    private static final int FIRST_ENTRIES = 64;

    /** 1 + entry; 0 is free. A power of two of slots. */
    private int[] slots = new int[2 * FIRST_ENTRIES];

    private int[] ids = new int[FIRST_ENTRIES];
    private int[] generated = new int[FIRST_ENTRIES];
    private int entries;

    /** Notes an id of the prompt. */
    void see(int id) {
        entry(id);
    }

    void generate(int id) {
        int entry = entry(id);
        generated[entry]++;
    }

    /** Takes repetition, frequency and presence off the logits of the ids seen, in this order. */
    void penalise(LogitRow row, PenaltyValues penalties) throws BadLogitsException {
        for (int i = 0; i < entries; i++) {
            double logit = row.logit(ids[i]);
            logit = logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
            if (generated[i] > 0) {
                logit = logit - penalties.frequency() * generated[i] - penalties.presence();
            }
            row.set(ids[i], (float) logit);
        }
    }

    private int entry(int id) {
        int slot = slot(id);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        if (entries == ids.length) {
            grow();
            slot = slot(id);
        }
        ids[entries] = id;
        slots[slot] = ++entries;
        return entries - 1;
    }

    private int slot(int id) {
        int slot = (id * SPREAD) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
        while (slots[slot] != 0 && ids[slots[slot] - 1] != id) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        ids = Arrays.copyOf(ids, 2 * entries);
        generated = Arrays.copyOf(generated, 2 * entries);
        slots = new int[4 * entries];
        for (int i = 0; i < entries; i++) {
            slots[slot(ids[i])] = i + 1;
        }
    }

    /** {@link Penalties} in double precision. */
    record PenaltyValues(double repetition, double frequency, double presence) {

        static PenaltyValues of(Penalties penalties) {
            return new PenaltyValues(
                    Decimals.written(penalties.repetition()),
                    Decimals.written(penalties.frequency()),
                    Decimals.written(penalties.presence()));
        }
    }
}
