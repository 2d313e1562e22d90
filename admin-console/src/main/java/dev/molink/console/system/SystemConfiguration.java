package dev.molink.console.system;

import java.nio.charset.StandardCharsets;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorViewResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.ResourceUrlProvider;
import org.thymeleaf.dialect.IDialect;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.spring6.templateresolver.SpringResourceTemplateResolver;

/** The beans that all pages share. */
@Configuration(proxyBeanMethods = false)
@Import({DatabaseOutageAdvice.class, FrameAdvice.class, HomeController.class})
public class SystemConfiguration {

    @Bean
    WebMvcConfigurer consoleAssets() {
        return new Assets();
    }

    @Bean
    ErrorViewResolver consoleErrorPages(ResourceUrlProvider mvcResourceUrlProvider) {
        return new ErrorPages(mvcResourceUrlProvider);
    }

    /** Has messages of its own, so that those of the process that carries the console stay as they are. */
    @Bean
    SpringTemplateEngine consoleTemplateEngine(
            ObjectProvider<SpringResourceTemplateResolver> resolvers, ObjectProvider<IDialect> dialects) {
        ResourceBundleMessageSource messages = new ResourceBundleMessageSource();
        messages.setBasename("console-messages");
        messages.setDefaultEncoding(StandardCharsets.UTF_8.name());
        messages.setFallbackToSystemLocale(false);
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setEnableSpringELCompiler(true);
        engine.setTemplateEngineMessageSource(messages);
        resolvers.orderedStream().forEach(engine::addTemplateResolver);
        dialects.orderedStream().forEach(engine::addDialect);
        return engine;
    }
}
