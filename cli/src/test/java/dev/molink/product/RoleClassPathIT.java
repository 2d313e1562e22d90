package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each role sees its own module's libraries and no others. */
class RoleClassPathIT {

    private static final Path LIB = Path.of(System.getProperty("molink.root"), "cli", "target", "molink", "lib");

    @Test
    void aStageHasNoWebServerNoDatabaseAndNoTokenizer() throws Exception {
        assertThat(classPath("molink-stage-node"))
                .noneMatch(jar -> jar.matches(
                        "(tomcat|hibernate|h2|postgresql|flyway|spring-web|spring-data|tokenizers|thymeleaf).*"))
                .noneMatch(jar -> jar.matches("molink-(gateway|control-plane|admin-console|db-migrations|cli).*"));
    }

    @Test
    void aGatewayHasNoKernels() throws Exception {
        assertThat(classPath("molink-gateway"))
                .noneMatch(jar ->
                        jar.matches("(jcuda|molink-kernels|molink-stage-node|molink-admin-console|molink-cli).*"));
    }

    @Test
    void everyEntryLiesInTheDistribution() throws Exception {
        for (String module : List.of("molink-stage-node", "molink-gateway", "molink-admin-console", "molink-cli")) {
            assertThat(classPath(module)).allMatch(jar -> Files.exists(LIB.resolve(jar)));
        }
    }

    private static List<String> classPath(String module) throws Exception {
        try (Stream<Path> jars = Files.list(LIB)) {
            Path jar = jars.filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
                    .findFirst()
                    .orElseThrow();
            try (JarFile file = new JarFile(jar.toFile())) {
                String value = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
                return Arrays.asList(value.split(" "));
            }
        }
    }
}
