package dev.molink.gateway.template.value;

import dev.molink.gateway.template.value.DictValue.Entry;
import java.util.Iterator;

/**
 * What {@code dict.keys()}, {@code values()} and {@code items()} yield.
 *
 * @param dict the dict looked at
 * @param part which part of its pairs is shown
 */
public record DictView(DictValue dict, Part part) implements CollectionValue {
    /** A part of each pair. */
    public enum Part {
        /** The keys. */
        KEYS("dict_keys"),
        /** The values. */
        VALUES("dict_values"),
        /** Tuples of key and value. */
        ITEMS("dict_items");

        private final String typeName;

        Part(String typeName) {
            this.typeName = typeName;
        }

        private Value of(Entry entry) {
            return switch (this) {
                case KEYS -> entry.key();
                case VALUES -> entry.value();
                case ITEMS -> entry.toTuple();
            };
        }
    }

    @Override
    public String typeName() {
        return part.typeName;
    }

    @Override
    public boolean isTrue() {
        return dict.isTrue();
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    @Override
    public int length() {
        return dict.length();
    }

    @Override
    public Iterator<Value> iterator() {
        return dict.entries().stream().map(part::of).iterator();
    }

    @Override
    public void print(TextBuilder out) {
        out.append(part.typeName).append("([");
        SequenceValue.printElements(this::iterator, out);
        out.append("])");
    }
}
