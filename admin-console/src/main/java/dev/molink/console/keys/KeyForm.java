package dev.molink.console.keys;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the form for a new key holds. An empty {@code projectId} stands for the default project. */
record KeyForm(String name, String projectId) {

    static final KeyForm EMPTY = new KeyForm("", "");

    KeyForm(@Nullable String name, @Nullable String projectId) {
        this.name = Objects.requireNonNullElse(name, "");
        this.projectId = Objects.requireNonNullElse(projectId, "");
    }
}
