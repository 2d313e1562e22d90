package dev.molink.console.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.console.ConsoleApplication;
import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class FirstAccountTests {

    @TempDir
    private Path data;

    @Test
    void aNewConsoleHasAnOwnerWhosePasswordIsInAFileAndNotInTheLog(CapturedOutput log) throws Exception {
        Path file = data.resolve(FirstAccount.FILE);
        String password;
        try (var console = start()) {
            password = Files.readString(file).strip();

            assertThat(console.getBean(Accounts.class).authenticate("admin", password))
                    .hasValueSatisfying(account -> assertThat(account.role()).isEqualTo(Role.OWNER));
        }
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(log).contains(file.toString()).doesNotContain(password);

        Files.delete(file);
        start().close();
        assertThat(file).as("a password for an account that exists").doesNotExist();
    }

    private ConfigurableApplicationContext start() {
        return ConsoleApplication.run(Map.of("server.port", 0, "molink.data", data.toString()));
    }
}
