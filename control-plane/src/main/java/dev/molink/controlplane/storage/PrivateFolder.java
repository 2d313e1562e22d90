package dev.molink.controlplane.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder for what nobody else on this machine should read. */
final class PrivateFolder {

    private PrivateFolder() {}

    /** Makes the folder, closed to others, when it is missing; one that is there stays as it is. */
    static Path make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path made = Files.createDirectories(folder);
        if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
        }
        return made;
    }
}
