package dev.molink.console.login;

import dev.molink.controlplane.accounts.Accounts;
import dev.molink.controlplane.storage.DataSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Makes an owner when nobody could log in. The password is written into a file that only the process's owner can read, since
 * logs travel. Runs after all other beans are ready, so an account that the process itself provides comes first.
 */
final class FirstAccount implements SmartInitializingSingleton {

    static final String LOGIN = "admin";
    static final String FILE = "console-password";

    private static final Logger LOG = LoggerFactory.getLogger(FirstAccount.class);

    private final Accounts accounts;
    private final DataSettings files;

    FirstAccount(Accounts accounts, DataSettings files) {
        this.accounts = accounts;
        this.files = files;
    }

    @Override
    public void afterSingletonsInstantiated() {
        Optional<String> password = accounts.createFirst(LOGIN);
        if (password.isPresent()) {
            Path file = files.data().resolve(FILE);
            write(file, password.get());
            LOG.info("the console's first account is '{}'; its password is in {}", LOGIN, file);
        }
    }

    private static void write(Path file, String password) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(file, password + System.lineSeparator());
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot write the console's first password into " + file, unwritable);
        }
    }
}
