package dev.molink.stagenode.journal;

import java.nio.charset.StandardCharsets;

/** Which journal a file is: the eight bytes that it begins with, and how messages name it. */
enum JournalFormat {
    REPORTS("MLKJRNL1", "report journal"),
    COUNTERS("MLKCNTR1", "counter journal");

    static final int MAGIC_BYTES = 8;

    private final String magic;
    private final String title;

    JournalFormat(String magic, String title) {
        this.magic = magic;
        this.title = title;
    }

    byte[] magic() {
        return magic.getBytes(StandardCharsets.US_ASCII);
    }

    String title() {
        return title;
    }
}
