package dev.molink.gateway.template.value;

import java.util.Iterator;

/** Python's generators and iterators: the elements are made while they are read, and can be read once. */
public final class StreamValue implements CollectionValue {
    private final String typeName;
    private final Iterator<Value> elements;

    /** A stream that Python calls {@code typeName}. */
    public StreamValue(String typeName, Iterator<Value> elements) {
        this.typeName = typeName;
        this.elements = elements;
    }

    /** A generator. */
    public static StreamValue generator(Iterator<Value> elements) {
        return new StreamValue("generator", elements);
    }

    @Override
    public String typeName() {
        return typeName;
    }

    @Override
    public boolean isTrue() {
        return true;
    }

    @Override
    public Iterator<Value> iterator() {
        return elements;
    }

    /** Python prints the memory address as well, which no template can rely on. */
    @Override
    public void print(TextBuilder out) {
        out.append("<" + typeName + " object>");
    }
}
