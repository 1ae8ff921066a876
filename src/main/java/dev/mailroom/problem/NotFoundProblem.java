package dev.mailroom.problem;

/** Nothing of that name: 404. */
public final class NotFoundProblem extends Problem {

    private static final long serialVersionUID = 1L;

    public NotFoundProblem(String message) {
        super(message);
    }
}
