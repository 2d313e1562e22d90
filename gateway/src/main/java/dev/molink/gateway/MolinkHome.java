package dev.molink.gateway;

import java.nio.file.Path;
import java.util.Map;

/** The folder of this machine's MoLink processes. */
final class MolinkHome {

    private MolinkHome() {}

    /** {@code MOLINK_HOME}, or {@code .molink} in the user's home. */
    static Path of(Map<String, String> environment) {
        String set = environment.get("MOLINK_HOME");
        return set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".molink") : Path.of(set);
    }
}
