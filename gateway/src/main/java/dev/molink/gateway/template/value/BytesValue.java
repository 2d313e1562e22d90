package dev.molink.gateway.template.value;

/** Python's {@code bytes}, which {@code str.encode} yields; they can be measured, printed and decoded. */
public final class BytesValue implements Value {
    private final byte[] bytes;

    /** Copies {@code bytes}. */
    public BytesValue(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String typeName() {
        return "bytes";
    }

    @Override
    public boolean isTrue() {
        return bytes.length > 0;
    }

    @Override
    public boolean hasLength() {
        return true;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public void print(TextBuilder out) {
        char quote = contains('\'') && !contains('"') ? '"' : '\'';
        out.append('b').append(quote);
        for (byte signed : bytes) {
            print(signed & 0xff, quote, out);
        }
        out.append(quote);
    }

    private static void print(int unit, char quote, TextBuilder out) {
        switch (unit) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (unit == quote) {
                    out.append('\\').append(quote);
                } else if (unit >= ' ' && unit <= '~') {
                    out.append((char) unit);
                } else {
                    QuotedText.escape(unit, out);
                }
            }
        }
    }

    private boolean contains(char wanted) {
        for (byte unit : bytes) {
            if (unit == wanted) {
                return true;
            }
        }
        return false;
    }
}
