package dev.molink.kernels;

/**
 * Rule for the rotation angle of each pair at each position.
 *
 * @param width rotated elements of a head, even
 * @param base {@code rope_theta}
 */
public record RotarySpec(int width, double base, RotaryScaling scaling) {

    public RotarySpec {
        if (width < 2 || width % 2 != 0) {
            throw new IllegalArgumentException("rotary width %d is not an even number from 2 up".formatted(width));
        }
        if (!(base > 0) || Double.isInfinite(base)) {
            throw new IllegalArgumentException("rotary base %s is not a positive number".formatted(base));
        }
        if (scaling instanceof RotaryScaling.Divisors(float[] divisors) && divisors.length != width / 2) {
            throw new IllegalArgumentException(
                    "%d rotary divisors for %d frequencies".formatted(divisors.length, width / 2));
        }
    }
}
