package dev.molink.controlplane.admission;

/**
 * Whose use is limited.
 *
 * @param ownerId of the organization, project or key; for a model that of the project in which it is used
 * @param model empty unless it is a model
 */
public record LimitOwner(Kind kind, String ownerId, String model) {

    public LimitOwner {
        if ((kind == Kind.MODEL) == model.isEmpty()) {
            throw new IllegalArgumentException(
                    "a model is named where it is limited, and only there, but %s has '%s'".formatted(kind, model));
        }
    }

    public enum Kind {
        ORGANIZATION,
        PROJECT,
        KEY,
        /** One model in one project. */
        MODEL
    }

    public static LimitOwner organization(String organizationId) {
        return new LimitOwner(Kind.ORGANIZATION, organizationId, "");
    }

    public static LimitOwner project(String projectId) {
        return new LimitOwner(Kind.PROJECT, projectId, "");
    }

    public static LimitOwner key(String apiKeyId) {
        return new LimitOwner(Kind.KEY, apiKeyId, "");
    }

    public static LimitOwner model(String projectId, String model) {
        return new LimitOwner(Kind.MODEL, projectId, model);
    }

    /** As in a sentence, such as {@code project 'proj_1'}. */
    public String words() {
        return switch (kind) {
            case ORGANIZATION -> "organization '%s'".formatted(ownerId);
            case PROJECT -> "project '%s'".formatted(ownerId);
            case KEY -> "API key '%s'".formatted(ownerId);
            case MODEL -> "model '%s' in project '%s'".formatted(model, ownerId);
        };
    }
}
