package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictView.Part;

/** Python's {@code in}. */
public final class Membership {
    private Membership() {}

    /** Whether {@code container} holds {@code wanted}; in a string it looks for a substring. */
    public static boolean contains(Value container, Value wanted, Budget budget) {
        if (container instanceof StringValue string) {
            return containsText(string, wanted, budget);
        }
        if (container instanceof DictValue dict) {
            return dict.find(wanted, budget) != null;
        }
        if (container instanceof DictView view && view.part() == Part.KEYS) {
            return view.dict().find(wanted, budget) != null;
        }
        if (!container.isIterable()) {
            throw new TemplateEvaluationException("argument of type '" + container.typeName() + "' is not iterable");
        }
        for (Value element : Elements.of(container, budget)) {
            if (Equality.identical(element, wanted) || Equality.equal(element, wanted, budget)) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsText(StringValue string, Value wanted, Budget budget) {
        if (!(wanted instanceof StringValue part)) {
            throw new TemplateEvaluationException(
                    "'in <string>' requires string as left operand, not " + wanted.typeName());
        }
        budget.scan(string.text().length());
        return string.text().contains(part.text());
    }
}
