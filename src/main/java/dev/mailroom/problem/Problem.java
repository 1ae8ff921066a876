package dev.mailroom.problem;

/** What can be wrong with a request. The message is a sentence for the person who asked; it never holds a secret. */
public abstract sealed class Problem extends RuntimeException
        permits ValidationProblem,
                NotFoundProblem,
                InUseProblem,
                ConflictProblem,
                ForbiddenProblem,
                TooManyRequestsProblem,
                SecretsUnavailableProblem {

    private static final long serialVersionUID = 1L;

    Problem(String message) {
        super(message);
    }
}
