package dev.molink.stagenode.codec;

/** Which codec a formation gets, as option {@code --codec} says it. */
public sealed interface CodecOption {

    /** Bits per second from which nothing is gained by fewer bytes, and from which bf16 is enough. */
    double F32_FROM = 5e9;

    double BF16_FROM = 250e6;

    /** By the slowest link's measured rate. */
    record Auto() implements CodecOption {

        @Override
        public ActivationCodec choose(long slowestBytesPerSecond) {
            double bits = slowestBytesPerSecond * 8.0;
            if (slowestBytesPerSecond == 0 || bits >= F32_FROM) {
                return ActivationCodec.F32;
            }
            return bits >= BF16_FROM ? ActivationCodec.BF16 : ActivationCodec.INT8;
        }

        @Override
        public String toString() {
            return "auto";
        }
    }

    record Fixed(ActivationCodec codec) implements CodecOption {

        @Override
        public ActivationCodec choose(long slowestBytesPerSecond) {
            return codec;
        }

        @Override
        public String toString() {
            return codec.toString();
        }
    }

    /** @param slowestBytesPerSecond rate of the slowest link between two stages; 0: there is none, or it is not measured */
    ActivationCodec choose(long slowestBytesPerSecond);

    /**
     * Reads {@code auto}, {@code f32}, {@code bf16} or {@code int8}.
     *
     * @throws IllegalArgumentException that names what is allowed
     */
    static CodecOption parse(String text) {
        if (text.equals("auto")) {
            return new Auto();
        }
        try {
            return new Fixed(ActivationCodec.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "codec '%s' is unknown; allowed: auto, f32, bf16, int8".formatted(text), e);
        }
    }
}
