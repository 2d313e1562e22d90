package dev.molink.gateway.template.value;

/** Python's {@code None}. */
public enum NoneValue implements Value {
    /** The only one. */
    NONE;

    @Override
    public String typeName() {
        return "NoneType";
    }

    @Override
    public boolean isTrue() {
        return false;
    }

    @Override
    public void print(TextBuilder out) {
        out.append("None");
    }
}
