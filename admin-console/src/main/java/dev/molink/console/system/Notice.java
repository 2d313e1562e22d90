package dev.molink.console.system;

import java.io.Serializable;

/** What the visitor just did, told on the next page. {@code subject} is the name that the message of {@code key} takes. */
public record Notice(String key, String subject) implements Serializable {

    /** The name of the flash attribute that the layout shows. */
    public static final String ATTRIBUTE = "notice";
}
