package dev.mailroom.problem;

/** No key to encrypt or decrypt secrets with: 503. */
public final class SecretsUnavailableProblem extends Problem {

    private static final long serialVersionUID = 1L;

    public SecretsUnavailableProblem() {
        super("Set mailroom.secrets.key-file first");
    }
}
