package dev.molink.gateway.system;

import java.nio.file.Path;
import java.util.Map;

/** The folder of this machine's MoLink processes. */
public final class MolinkHome {

    private MolinkHome() {}

    /** {@code MOLINK_HOME}, or {@code .molink} in the user's home. */
    public static Path of(Map<String, String> environment) {
        String set = environment.get("MOLINK_HOME");
        return set == null || set.isBlank() ? Path.of(System.getProperty("user.home"), ".molink") : Path.of(set);
    }
}
