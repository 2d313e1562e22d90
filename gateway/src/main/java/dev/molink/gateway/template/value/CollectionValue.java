package dev.molink.gateway.template.value;

/** A value that holds others. */
public sealed interface CollectionValue extends Value permits SequenceValue, DictValue, DictView, StreamValue {
    @Override
    default boolean isIterable() {
        return true;
    }
}
