package dev.molink.controlplane.fleet;

/** Layers {@code first} to {@code end - 1}. */
public record LayerRange(int first, int end) {

    public LayerRange {
        if (first < 0 || end <= first) {
            throw new IllegalArgumentException("layer range [%d, %d) holds no layer".formatted(first, end));
        }
    }

    public boolean overlaps(LayerRange other) {
        return first < other.end && other.first < end;
    }

    public int count() {
        return end - first;
    }

    @Override
    public String toString() {
        return "[%d, %d)".formatted(first, end);
    }
}
