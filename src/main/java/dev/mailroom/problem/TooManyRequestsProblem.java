package dev.mailroom.problem;

import java.time.Duration;

/** Asked too often: 429 with Retry-After. */
public final class TooManyRequestsProblem extends Problem {

    private static final long serialVersionUID = 1L;
    private final Duration retryAfter;

    public TooManyRequestsProblem(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
