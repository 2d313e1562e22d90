package dev.molink.console.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;

/** The test's console has its own configuration, and a new database of the kind that {@link TestDatabase} says. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TestDatabase.class)
@ContextConfiguration(initializers = TestDatabase.class)
@TestPropertySource(properties = {"spring.config.name=molink-console", "molink.data=target/test-data"})
public @interface OnTestDatabase {}
