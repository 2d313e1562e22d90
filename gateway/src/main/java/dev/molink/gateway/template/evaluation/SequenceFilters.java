package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.DictView;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.Lazily;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.SequenceValue;
import dev.molink.gateway.template.value.StreamValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Filters that take collections apart and put them together. */
final class SequenceFilters {
    static final List<Filter> FILTERS = List.of(
            new Filter("length", Signature.of(), SequenceFilters::length),
            new Filter("list", Signature.of(), SequenceFilters::list),
            new Filter("items", Signature.of(), SequenceFilters::items),
            new Filter("first", Signature.of(), SequenceFilters::first),
            new Filter("last", Signature.of(), SequenceFilters::last),
            new Filter("random", Signature.of(), SequenceFilters::random),
            new Filter("reverse", Signature.of(), SequenceFilters::reverse),
            new Filter("batch", Signature.of("linecount", "fill_with?"), SequenceFilters::batch),
            new Filter("slice", Signature.of("slices", "fill_with?"), SequenceFilters::slice),
            new Filter("sum", Signature.of("attribute?", "start?"), SequenceFilters::sum),
            new Filter(
                    "attr",
                    Signature.of("name"),
                    (input, arguments, rendering) -> Attributes.attributeOnly(input, arguments.text(0), rendering)));

    private SequenceFilters() {}

    private static Value length(Value input, Bound arguments, Rendering rendering) {
        return IntegerValue.of(input.length());
    }

    private static Value list(Value input, Bound arguments, Rendering rendering) {
        return new ListValue(Elements.list(input, rendering.budget()));
    }

    private static Value items(Value input, Bound arguments, Rendering rendering) {
        return Lazily.generator(() -> switch (input) {
            case UndefinedValue ignored -> Collections.emptyIterator();
            case DictValue dict -> new DictView(dict, DictView.Part.ITEMS).iterator();
            default -> throw new TemplateEvaluationException("Can only get item pairs from a mapping.");
        });
    }

    private static Value first(Value input, Bound arguments, Rendering rendering) {
        Iterator<Value> elements = Elements.iterator(input, rendering.budget());
        return elements.hasNext() ? elements.next() : new UndefinedValue("No first item, sequence was empty.");
    }

    private static Value last(Value input, Bound arguments, Rendering rendering) {
        List<Value> elements = reversible(input, rendering.budget());
        return elements.isEmpty() ? new UndefinedValue("No last item, sequence was empty.") : elements.getLast();
    }

    /** The elements of what Python can go through backwards. */
    private static List<Value> reversible(Value input, Budget budget) {
        if (input instanceof StreamValue || !input.isIterable()) {
            throw new TemplateEvaluationException("'" + input.typeName() + "' object is not reversible");
        }
        return Elements.list(input, budget);
    }

    private static Value random(Value input, Bound arguments, Rendering rendering) {
        if (input.hasLength() && input.length() == 0) {
            return new UndefinedValue("No random item, sequence was empty.");
        }
        if (!(input instanceof SequenceValue || input instanceof StringValue)) {
            throw new TemplateEvaluationException("random takes a sequence, not '" + input.typeName() + "'");
        }
        List<Value> elements = Elements.list(input, rendering.budget());
        return elements.get(rendering.random().nextInt(elements.size()));
    }

    private static Value reverse(Value input, Bound arguments, Rendering rendering) {
        if (input instanceof StringValue string) {
            return reverse(string, rendering);
        }
        if (!input.isIterable()) {
            throw new TemplateEvaluationException("argument must be iterable");
        }
        List<Value> reversed = Elements.list(input, rendering.budget()).reversed();
        // Python has no way to go through a generator backwards, so Jinja2 makes a list of it.
        return input instanceof StreamValue
                ? new ListValue(reversed)
                : new StreamValue("reversed", Elements.iterator(new ListValue(reversed), rendering.budget()));
    }

    private static Value reverse(StringValue string, Rendering rendering) {
        TextBuilder reversed = rendering.text();
        String text = string.text();
        for (int end = text.length(); end > 0; end -= Character.charCount(text.codePointBefore(end))) {
            reversed.appendCodePoint(text.codePointBefore(end));
        }
        return string.with(reversed.toString());
    }

    private static Value batch(Value input, Bound arguments, Rendering rendering) {
        int size = arguments.integer(0, 0);
        if (size == 0) {
            throw new TemplateEvaluationException("batch() takes a size of at least 1");
        }
        return Lazily.generator(() ->
                batches(Elements.iterator(input, rendering.budget()), size, arguments.get(1), rendering.budget()));
    }

    private static Iterator<Value> batches(Iterator<Value> elements, int size, Value fill, Budget budget) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return elements.hasNext();
            }

            @Override
            public Value next() {
                var batch = new ArrayList<Value>();
                batch.add(elements.next());
                while (elements.hasNext() && batch.size() != size) {
                    batch.add(elements.next());
                }
                budget.allocateElements(batch.size());
                if (fill != NoneValue.NONE && batch.size() < size) {
                    budget.allocateElements(size - batch.size());
                    batch.addAll(Collections.nCopies(size - batch.size(), fill));
                }
                return new ListValue(batch);
            }
        };
    }

    private static Value slice(Value input, Bound arguments, Rendering rendering) {
        int slices = arguments.integer(0, 0);
        return Lazily.generator(() -> {
            rendering.budget().allocateElements(Math.max(slices, 0));
            if (slices == 0) {
                throw new TemplateEvaluationException("division by zero");
            }
            List<Value> elements = Elements.list(input, rendering.budget());
            rendering.budget().allocateElements(elements.size());
            return slices(elements, slices, arguments.get(1)).iterator();
        });
    }

    /** As equal as possible, the longer ones first; the shorter ones get the fill. */
    private static List<Value> slices(List<Value> elements, int slices, Value fill) {
        var all = new ArrayList<Value>();
        int start = 0;
        for (int i = 0; i < slices; i++) {
            boolean longer = i < elements.size() % slices;
            int end = start + elements.size() / slices + (longer ? 1 : 0);
            var slice = new ArrayList<>(elements.subList(start, end));
            if (fill != NoneValue.NONE && !longer) {
                slice.add(fill);
            }
            all.add(new ListValue(slice));
            start = end;
        }
        return all;
    }

    private static Value sum(Value input, Bound arguments, Rendering rendering) {
        AttributePath path = AttributePath.of(arguments.get(0), NoneValue.NONE);
        Value sum = arguments.get(1, IntegerValue.of(0));
        if (sum instanceof StringValue) {
            throw new TemplateEvaluationException("sum() can't sum strings");
        }
        for (Value element : Elements.of(input, rendering.budget())) {
            sum = Operators.add(sum, path.resolve(element, rendering), rendering);
        }
        return sum;
    }
}
