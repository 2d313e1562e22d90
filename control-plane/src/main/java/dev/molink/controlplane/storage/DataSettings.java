package dev.molink.controlplane.storage;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where this process keeps its files.
 *
 * @param data the folder of the database file and of the keys' pepper; made when it is missing
 */
@ConfigurationProperties("molink")
public record DataSettings(
        @DefaultValue("${user.home}/.molink/gateway-8080") Path data) {}
