package dev.molink.gateway.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Version and commit, as the build wrote them; the commit is {@code unknown} for a build outside of a git checkout. */
public record GatewayVersion(String version, String commit) {

    private static final String FILE = "molink-gateway-version.properties";

    public static GatewayVersion load() {
        Properties properties = new Properties();
        try (InputStream in = GatewayVersion.class.getResourceAsStream(FILE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + FILE, unreadable);
        }
        return new GatewayVersion(
                properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
    }

    @Override
    public String toString() {
        return "MoLink %s (%s)".formatted(version, commit);
    }

    public static final class Provider implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {load().toString()};
        }
    }
}
