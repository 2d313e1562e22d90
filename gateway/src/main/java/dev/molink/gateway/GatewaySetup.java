package dev.molink.gateway;

import dev.molink.gateway.system.GatewaySettings;
import dev.molink.gateway.text.TextAssetStore;
import dev.molink.gateway.tokenizer.TextModelLoader;
import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the gateway's packages share. */
@Configuration(proxyBeanMethods = false)
class GatewaySetup {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    TextAssetStore textAssetStore(GatewaySettings settings) throws IOException {
        return new TextAssetStore(
                settings.data().resolve("text"),
                new TextModelLoader(settings.home().resolve("native")));
    }
}
