package dev.molink.stagenode.sampling;

/**
 * Random numbers that are a pure function of (seed, choice, position), so that a token depends neither on the batch it
 * was sampled in, nor on the number of stages, nor on what was sampled before.
 *
 * <p>Philox 4×32 with ten rounds: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011, section 4.3. The key is the seed, low word first; the counter is {@code (position, choice, 0, 0)}.
 */
final class CounterRandom {

    private static final int ROUNDS = 10;
    private static final int MULTIPLIER_0 = 0xD2511F53;
    private static final int MULTIPLIER_1 = 0xCD9E8D57;
    private static final int KEY_STEP_0 = 0x9E3779B9;
    private static final int KEY_STEP_1 = 0xBB67AE85;

    private CounterRandom() {}

    /** 64 bits, each as likely 0 as 1. */
    static long bits(long seed, int choice, int position) {
        return firstWords((int) seed, (int) (seed >>> 32), position, choice, 0, 0);
    }

    /** The first two words of Philox's output; the first is the low half. */
    static long firstWords(int key0, int key1, int counter0, int counter1, int counter2, int counter3) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(counter0);
            long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(counter2);
            counter0 = (int) (product1 >>> 32) ^ counter1 ^ key0;
            counter1 = (int) product1;
            counter2 = (int) (product0 >>> 32) ^ counter3 ^ key1;
            counter3 = (int) product0;
            key0 += KEY_STEP_0;
            key1 += KEY_STEP_1;
        }
        return Integer.toUnsignedLong(counter0) | ((long) counter1 << 32);
    }
}
