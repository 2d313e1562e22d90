package dev.molink.controlplane.journal;

import dev.molink.controlplane.storage.DataSettings;
import dev.molink.controlplane.storage.StorageAutoConfiguration;
import java.io.IOException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * The journals as beans. They are lazy: only a gateway asks for them, and a console that shares its data folder, or the
 * command line's tools, must not take them.
 */
@AutoConfiguration(after = StorageAutoConfiguration.class)
@EnableConfigurationProperties(JournalSettings.class)
public class JournalAutoConfiguration {

    @Bean(initMethod = "start")
    @Lazy
    JournalFolder journalFolder(DataSettings files, JournalSettings settings) throws IOException {
        return JournalFolder.open(files.data().resolve("journal"), settings);
    }
}
