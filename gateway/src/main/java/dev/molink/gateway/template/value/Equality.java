package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.value.DictView.Part;
import java.util.Arrays;
import java.util.Iterator;

/** Python's {@code ==}. */
public final class Equality {
    private Equality() {}

    /** Whether the values are equal; values of different types simply are not. */
    public static boolean equal(Value left, Value right, Budget budget) {
        budget.step();
        return switch (left) {
            case NumberValue number -> right instanceof NumberValue other && equal(number, other);
            case StringValue string -> right instanceof StringValue other && equal(string, other, budget);
            case NoneValue none -> right == none;
            case UndefinedValue ignored -> right instanceof UndefinedValue;
            case BytesValue bytes -> right instanceof BytesValue other && Arrays.equals(bytes.bytes(), other.bytes());
            case ListValue list -> right instanceof ListValue other && equalElements(list, other, budget);
            case TupleValue tuple -> right instanceof TupleValue other && equalElements(tuple, other, budget);
            case RangeValue range -> right instanceof RangeValue other && equalElements(range, other, budget);
            case DictValue dict -> right instanceof DictValue other && equal(dict, other, budget);
            case DictView view -> right instanceof DictView other && equal(view, other, budget);
            case StreamValue stream -> identical(right, stream);
            case ObjectValue object -> identical(right, object);
        };
    }

    /** Python's {@code is}: whether both are one object, which elements of collections are asked first. */
    @SuppressWarnings("ReferenceEquality") // It is what identity means.
    public static boolean identical(Value left, Value right) {
        return left == right;
    }

    private static boolean equal(NumberValue left, NumberValue right) {
        return !Numbers.isNaN(left) && Numbers.compare(left, right) == 0;
    }

    private static boolean equal(StringValue left, StringValue right, Budget budget) {
        if (left.text().length() != right.text().length()) {
            return false;
        }
        budget.scan(left.text().length());
        return left.text().equals(right.text());
    }

    private static boolean equalElements(SequenceValue left, SequenceValue right, Budget budget) {
        if (identical(left, right)) {
            return true;
        }
        if (left.length() != right.length()) {
            return false;
        }
        budget.enter();
        Iterator<Value> others = right.iterator();
        boolean same = true;
        for (Value element : left.elements()) {
            Value other = others.next();
            same = identical(element, other) || equal(element, other, budget);
            if (!same) {
                break;
            }
        }
        budget.leave();
        return same;
    }

    private static boolean equal(DictValue left, DictValue right, Budget budget) {
        if (identical(left, right)) {
            return true;
        }
        if (left.length() != right.length()) {
            return false;
        }
        budget.enter();
        boolean same = true;
        for (DictValue.Entry entry : left.entries()) {
            Value other = right.find(entry.key(), budget);
            same = other != null && (identical(entry.value(), other) || equal(entry.value(), other, budget));
            if (!same) {
                break;
            }
        }
        budget.leave();
        return same;
    }

    private static boolean equal(DictView left, DictView right, Budget budget) {
        if (identical(left, right)) {
            return true;
        }
        if (left.part() != right.part() || left.part() == Part.VALUES || left.length() != right.length()) {
            return false;
        }
        if (left.part() == Part.ITEMS) {
            return equal(left.dict(), right.dict(), budget);
        }
        return left.dict().entries().stream().allMatch(entry -> right.dict().find(entry.key(), budget) != null);
    }
}
