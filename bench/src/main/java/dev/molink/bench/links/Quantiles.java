package dev.molink.bench.links;

import java.util.Arrays;

/** A distribution of token counts by its quantiles, linear between them. */
final class Quantiles {

    private final double[] shares;
    private final double[] values;

    /** @param shares rising from 0 to 1, as many as {@code values}, which do not fall */
    Quantiles(double[] shares, double... values) {
        if (shares.length != values.length || shares[0] != 0 || shares[shares.length - 1] != 1) {
            throw new IllegalArgumentException(
                    "%d shares for %d values are no quantiles".formatted(shares.length, values.length));
        }
        this.shares = shares.clone();
        this.values = values.clone();
    }

    /** The count that {@code share} (0 … 1) of all counts do not exceed. */
    int at(double share) {
        int found = Arrays.binarySearch(shares, share);
        if (found >= 0) {
            return (int) values[found];
        }
        int above = -found - 1;
        double part = (share - shares[above - 1]) / (shares[above] - shares[above - 1]);
        return (int) Math.round(values[above - 1] + part * (values[above] - values[above - 1]));
    }
}
