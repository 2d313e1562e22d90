package dev.molink.stagenode.model.format;

import java.nio.file.Path;
import java.util.Optional;

/** A model's files by name, wherever they have to be fetched from. */
public interface ModelFolder {

    /** Where the files are, for errors. */
    Path location();

    /** The file, fetched first if need be; empty when the model has none of that name. */
    Optional<Path> find(String name);

    /** Where the files are and why there may be no more of them, for errors: a phrase after "which is not in". */
    default String extent() {
        return location().toString();
    }

    /** A file without which the model cannot be loaded. */
    default Path require(String name) {
        return find(name).orElseThrow(() -> new ModelFileException(location().resolve(name), "is not in " + extent()));
    }
}
