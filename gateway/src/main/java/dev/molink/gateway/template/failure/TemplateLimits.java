package dev.molink.gateway.template.failure;

/**
 * What one rendering may use. Templates come with models, so they are as trustworthy as whoever published the model.
 *
 * @param maxSteps evaluated operations and visited elements; scanning 64 characters counts as one
 * @param maxOutputCharacters UTF-16 units of the finished prompt
 * @param maxWorkingCharacters UTF-16 units of all texts made on the way, a list element counting as four
 * @param maxDepth nested evaluations, which bounds the recursion of macros and the nesting of values
 * @param maxIntegerBits magnitude of integers that a calculation may yield
 */
public record TemplateLimits(
        long maxSteps, int maxOutputCharacters, long maxWorkingCharacters, int maxDepth, int maxIntegerBits) {
    /** Enough for conversations of some million characters; a hostile template ends within about a second. */
    public static final TemplateLimits DEFAULT = new TemplateLimits(5_000_000, 8_000_000, 64_000_000, 400, 256);

    /** Refuses limits below 1. */
    public TemplateLimits {
        requirePositive("maxSteps", maxSteps);
        requirePositive("maxOutputCharacters", maxOutputCharacters);
        requirePositive("maxWorkingCharacters", maxWorkingCharacters);
        requirePositive("maxDepth", maxDepth);
        requirePositive("maxIntegerBits", maxIntegerBits);
    }

    private static void requirePositive(String name, long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException(name + " has to be at least 1, but is " + limit);
        }
    }
}
