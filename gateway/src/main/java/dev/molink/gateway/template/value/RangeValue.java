package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.failure.TemplateLimitException;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/** Python's {@code range}; its elements are made when asked for. */
public final class RangeValue implements SequenceValue {
    /** The longest range that Jinja2's sandbox allows. */
    public static final int MAX_LENGTH = 100_000;

    private final BigInteger start;
    private final BigInteger stop;
    private final BigInteger step;
    private final int length;

    /** The integers from {@code start} by {@code step} up to, and without, {@code stop}. */
    public RangeValue(BigInteger start, BigInteger stop, BigInteger step) {
        this.start = start;
        this.stop = stop;
        this.step = step;
        this.length = length(start, stop, step);
    }

    private static int length(BigInteger start, BigInteger stop, BigInteger step) {
        if (step.signum() == 0) {
            throw new TemplateEvaluationException("range() arg 3 must not be zero");
        }
        BigInteger distance = step.signum() > 0 ? stop.subtract(start) : start.subtract(stop);
        if (distance.signum() <= 0) {
            return 0;
        }
        BigInteger stride = step.abs();
        BigInteger count = distance.add(stride).subtract(BigInteger.ONE).divide(stride);
        if (count.compareTo(BigInteger.valueOf(MAX_LENGTH)) > 0) {
            throw new TemplateLimitException("a range may have " + MAX_LENGTH + " elements, not " + count);
        }
        return count.intValueExact();
    }

    /** The first element. */
    public BigInteger start() {
        return start;
    }

    /** The end, which is not an element. */
    public BigInteger stop() {
        return stop;
    }

    /** The distance of two elements. */
    public BigInteger step() {
        return step;
    }

    /** The range of every {@code stride}-th element from position {@code first} up to, and without, {@code end}. */
    public RangeValue slice(int first, int end, int stride) {
        return new RangeValue(at(first), at(end), step.multiply(BigInteger.valueOf(stride)));
    }

    private BigInteger at(int position) {
        return start.add(step.multiply(BigInteger.valueOf(position)));
    }

    @Override
    public List<Value> elements() {
        return new Integers();
    }

    @Override
    public String typeName() {
        return "range";
    }

    @Override
    public void print(TextBuilder out) {
        out.append("range(" + start + ", " + stop + (step.equals(BigInteger.ONE) ? "" : ", " + step) + ")");
    }

    private final class Integers extends AbstractList<Value> implements RandomAccess {
        @Override
        public Value get(int index) {
            Objects.checkIndex(index, length);
            return new IntegerValue(at(index));
        }

        @Override
        public int size() {
            return length;
        }
    }
}
