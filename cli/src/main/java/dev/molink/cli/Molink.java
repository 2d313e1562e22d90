package dev.molink.cli;

/** The {@code molink} program. */
public final class Molink {

    private Molink() {}

    public static void main(String[] args) {
        System.out.println("molink");
    }
}
