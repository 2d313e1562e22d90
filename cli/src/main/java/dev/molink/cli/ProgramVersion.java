package dev.molink.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into this module's manifest. */
final class ProgramVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Objects.requireNonNullElse(Molink.class.getPackage().getImplementationVersion(), "unknown");
        return new String[] {"molink " + version, "JDK " + Runtime.version()};
    }
}
