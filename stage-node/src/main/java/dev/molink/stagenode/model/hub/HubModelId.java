package dev.molink.stagenode.model.hub;

import java.util.regex.Pattern;

/** Name of a model on a hub, {@code ORGANIZATION/NAME}. */
public record HubModelId(String organization, String name) {

    private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
    private static final Pattern SHAPE = Pattern.compile(PART + "/" + PART);

    public HubModelId {
        if (!matches(organization + "/" + name)) {
            throw new IllegalArgumentException(
                    "%s/%s is not a hub id; allowed is ORGANIZATION/NAME of letters, digits, _, . and -"
                            .formatted(organization, name));
        }
    }

    /** Whether the text has the shape of an id; ".." and "--" are refused, as the hub and its cache layout refuse them. */
    public static boolean matches(String text) {
        return SHAPE.matcher(text).matches() && !text.contains("..") && !text.contains("--");
    }

    public static HubModelId parse(String text) {
        int slash = Math.max(0, text.indexOf('/'));
        return new HubModelId(text.substring(0, slash), text.substring(Math.min(text.length(), slash + 1)));
    }

    /** Name of the model's folder in the cache. */
    String cacheFolder() {
        return "models--%s--%s".formatted(organization, name);
    }

    @Override
    public String toString() {
        return organization + "/" + name;
    }
}
