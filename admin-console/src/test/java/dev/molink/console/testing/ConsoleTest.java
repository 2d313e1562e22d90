package dev.molink.console.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;

/** A test against the whole console on a database in memory, which all such tests share. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = TestConsole.class,
        properties = {
            "spring.config.name=molink-console",
            "molink.data=target/test-data",
            "molink.database.url=jdbc:h2:mem:console;MODE=PostgreSQL;DB_CLOSE_DELAY=-1"
        })
@AutoConfigureMockMvc
public @interface ConsoleTest {}
