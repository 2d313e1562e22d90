package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's {@code value[key]} and {@code value[start:stop:step]}. */
public final class Subscripts {
    private Subscripts() {}

    /** The element under {@code key}, or null where Python raises a {@code LookupError} or {@code TypeError}. */
    public static @Nullable Value find(Value container, Value key, Budget budget) {
        return switch (container) {
            case DictValue dict -> isHashable(key) ? dict.find(key, budget) : null;
            case SequenceValue sequence -> {
                int index = index(key, sequence.length());
                yield index < 0 ? null : sequence.elements().get(index);
            }
            case StringValue string -> character(string, key, budget);
            case BytesValue bytes -> {
                int index = index(key, bytes.length());
                yield index < 0 ? null : IntegerValue.of(bytes.bytes()[index] & 0xff);
            }
            case UndefinedValue undefined -> throw undefined.failure();
            case NoneValue ignored -> null;
            case NumberValue ignored -> null;
            case DictView ignored -> null;
            case StreamValue ignored -> null;
            case ObjectValue ignored -> null;
        };
    }

    private static boolean isHashable(Value key) {
        return !(key instanceof ListValue || key instanceof DictValue || key instanceof DictView);
    }

    /** The position that {@code key} means, or -1 when it is no integer or outside. */
    private static int index(Value key, int length) {
        if (!(key instanceof NumberValue number && number.isIntegral())) {
            return -1;
        }
        long index = Numbers.clamp(number.integer());
        long position = index < 0 ? index + length : index;
        return position >= 0 && position < length ? (int) position : -1;
    }

    private static @Nullable Value character(StringValue string, Value key, Budget budget) {
        chargePositions(string, budget);
        int index = index(key, string.length());
        return index < 0 ? null : string.with(string.substring(index, index + 1));
    }

    /** Finding a position is a pass over the text once it holds characters of two UTF-16 units. */
    private static void chargePositions(StringValue string, Budget budget) {
        if (string.length() != string.text().length()) {
            budget.scan(string.text().length());
        }
    }

    /**
     * The slice, or null where Python raises a {@code TypeError}; bounds that are None are the ends.
     *
     * @throws TemplateEvaluationException when the step is zero
     */
    public static @Nullable Value slice(Value container, Value start, Value stop, Value step, Budget budget) {
        if (container instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        if (!isBound(start) || !isBound(stop) || !isBound(step)) {
            return null;
        }
        boolean sliceable = container instanceof SequenceValue || container instanceof StringValue;
        if (!sliceable) {
            return null;
        }
        var positions = Positions.of(start, stop, step, container.length());
        return switch (container) {
            case StringValue string -> slice(string, positions, budget);
            case RangeValue range -> range.slice(positions.first(), positions.end(), positions.stride());
            case ListValue list -> new ListValue(slice(list.elements(), positions, budget));
            case TupleValue tuple -> new TupleValue(slice(tuple.elements(), positions, budget));
            default -> null;
        };
    }

    private static boolean isBound(Value bound) {
        return bound == NoneValue.NONE || (bound instanceof NumberValue number && number.isIntegral());
    }

    private static List<Value> slice(List<Value> elements, Positions positions, Budget budget) {
        budget.allocateElements(positions.count());
        if (positions.isRun()) {
            return elements.subList(positions.first(), positions.first() + positions.count());
        }
        var slice = new ArrayList<Value>(positions.count());
        for (int i = 0; i < positions.count(); i++) {
            slice.add(elements.get(positions.at(i)));
        }
        return slice;
    }

    private static Value slice(StringValue string, Positions positions, Budget budget) {
        chargePositions(string, budget);
        if (positions.isRun()) {
            budget.allocate(positions.count());
            return string.with(string.substring(positions.first(), positions.first() + positions.count()));
        }
        budget.allocate(string.text().length());
        int[] codePoints = string.text().codePoints().toArray();
        var slice = new TextBuilder(budget);
        for (int i = 0; i < positions.count(); i++) {
            slice.appendCodePoint(codePoints[positions.at(i)]);
        }
        return string.with(slice.toString());
    }

    /**
     * The positions a slice means in a sequence of known length.
     *
     * @param first the first position
     * @param end where it stops, which is not part of it
     * @param stride the distance of two positions
     */
    private record Positions(int first, int end, int stride) {
        static Positions of(Value start, Value stop, Value step, int length) {
            int stride = step == NoneValue.NONE ? 1 : Numbers.requireIndex(step);
            if (stride == 0) {
                throw new TemplateEvaluationException("slice step cannot be zero");
            }
            boolean forward = stride > 0;
            int lowest = forward ? 0 : -1;
            int highest = forward ? length : length - 1;
            int first = bound(start, forward ? lowest : highest, length, lowest, highest);
            int end = bound(stop, forward ? highest : lowest, length, lowest, highest);
            return new Positions(first, end, stride);
        }

        private static int bound(Value bound, int absent, int length, int lowest, int highest) {
            if (bound == NoneValue.NONE) {
                return absent;
            }
            long position = Numbers.requireIndex(bound);
            long fromStart = position < 0 ? position + length : position;
            return Math.clamp(fromStart, lowest, highest);
        }

        int count() {
            long distance = stride > 0 ? (long) end - first : (long) first - end;
            return distance <= 0 ? 0 : Math.toIntExact((distance - 1) / Math.abs((long) stride) + 1);
        }

        int at(int index) {
            return first + index * stride;
        }

        /** Whether the positions follow each other without gaps. */
        boolean isRun() {
            return stride == 1 && end >= first;
        }
    }
}
