package dev.mailroom.problem;

/** Known, but without the right: 403 AuthorizationException. */
public final class ForbiddenProblem extends Problem {

    private static final long serialVersionUID = 1L;

    public ForbiddenProblem(String message) {
        super(message);
    }
}
