package dev.molink.console.keys;

import java.io.Serializable;

/** A key that was just created, on its way to the one page that shows it. */
record NewKey(String name, String text) implements Serializable {

    /** Without the text: flash attributes end up in debug logs. */
    @Override
    public String toString() {
        return "NewKey[name=%s]".formatted(name);
    }
}
