package dev.molink.stagenode.node;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The program's version, from the jar that it runs from. */
final class StageVersion {

    private StageVersion() {}

    static String text() {
        return Optional.ofNullable(StageVersion.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** For {@code --version}. */
    static final class Provider implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"molink stage " + text()};
        }
    }
}
