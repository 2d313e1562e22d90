package dev.molink.gateway.system;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the gateway keeps its state.
 *
 * @param home the folder of this machine's processes, such as {@code ~/.molink}: the random cluster secret
 * @param data the folder of this gateway: database, models' text, management token
 */
@ConfigurationProperties("molink")
public record GatewaySettings(Path home, Path data) {}
