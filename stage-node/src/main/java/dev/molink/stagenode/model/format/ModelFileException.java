package dev.molink.stagenode.model.format;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A model file is missing, broken, hostile or of a kind that is not supported. */
public final class ModelFileException extends ModelLoadException {

    private static final long serialVersionUID = 1L;

    /** @param problem names tensor or key, its value, and what is allowed */
    public ModelFileException(Path file, String problem) {
        super(file + ": " + problem, null);
    }

    public ModelFileException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }

    /** The file could not be read at all. */
    public static ModelFileException unreadable(Path file, IOException cause) {
        String problem = cause instanceof NoSuchFileException ? "there is no such file" : "cannot be read: " + cause;
        return new ModelFileException(file, problem, cause);
    }
}
