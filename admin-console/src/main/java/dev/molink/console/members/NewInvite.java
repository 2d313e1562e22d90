package dev.molink.console.members;

import java.io.Serializable;

/** An invitation that was just made, on its way to the one page that shows its link. */
record NewInvite(String email, String link) implements Serializable {

    /** Without the link: flash attributes end up in debug logs. */
    @Override
    public String toString() {
        return "NewInvite[email=%s]".formatted(email);
    }
}
