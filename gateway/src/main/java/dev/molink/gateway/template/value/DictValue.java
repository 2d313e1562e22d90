package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's {@code dict}: keeps the order of insertion; keys that are equal in Python, as 1, 1.0 and True, are one. */
public final class DictValue implements CollectionValue {
    /**
     * One pair.
     *
     * @param key as it was first inserted
     * @param value as it was last inserted
     */
    public record Entry(Value key, Value value) {
        /** The pair as a tuple. */
        public TupleValue toTuple() {
            return TupleValue.of(key, value);
        }
    }

    private final Map<Object, Entry> entries;

    private DictValue(Map<Object, Entry> entries) {
        this.entries = entries;
    }

    /** Collects pairs, then makes the dict. */
    public static final class Builder {
        private final Map<Object, Entry> entries = new LinkedHashMap<>();

        /** Inserts under a string key. */
        public Builder put(String key, Value value) {
            entries.put(key, new Entry(StringValue.of(key), value));
            return this;
        }

        /** Inserts under any key that can be hashed. */
        public Builder put(Value key, Value value, Budget budget) {
            entries.merge(
                    HashKey.of(key, budget),
                    new Entry(key, value),
                    (old, inserted) -> new Entry(old.key(), inserted.value()));
            return this;
        }

        /** Inserts all pairs of another dict. */
        public Builder putAll(DictValue other, Budget budget) {
            other.entries().forEach(entry -> put(entry.key(), entry.value(), budget));
            return this;
        }

        /** The dict; the builder must not be used after it. */
        public DictValue build() {
            return new DictValue(entries);
        }
    }

    /** The pairs in order. */
    public Collection<Entry> entries() {
        return entries.values();
    }

    /** The value under a string key, or null. */
    public @Nullable Value find(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    /** The value under any key, or null; fails for a key that cannot be hashed. */
    public @Nullable Value find(Value key, Budget budget) {
        Entry entry = entries.get(HashKey.of(key, budget));
        return entry == null ? null : entry.value();
    }

    @Override
    public String typeName() {
        return "dict";
    }

    @Override
    public boolean isTrue() {
        return !entries.isEmpty();
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    @Override
    public int length() {
        return entries.size();
    }

    @Override
    public Iterator<Value> iterator() {
        return entries.values().stream().map(Entry::key).iterator();
    }

    @Override
    public void print(TextBuilder out) {
        out.budget().enter();
        String separator = "{";
        for (Entry entry : entries.values()) {
            out.budget().step();
            out.append(separator);
            entry.key().print(out);
            out.append(": ");
            entry.value().print(out);
            separator = ", ";
        }
        out.append(entries.isEmpty() ? "{}" : "}");
        out.budget().leave();
    }
}
