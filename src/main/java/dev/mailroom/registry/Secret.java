package dev.mailroom.registry;

/** A text nobody may see: prints as ***. */
public final class Secret {

    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    /** For the one place that hands it to a server. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
