package dev.mailroom.transport;

import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;
import jakarta.mail.AuthenticationFailedException;

/** Turns the credentials of a mailbox into what is said to the server. */
final class ServerLogins {

    /** @throws LineFailedException when there is nothing to log in with */
    ServerLogin of(OutputMailbox mailbox, Credentials credentials) throws LineFailedException {
        if (credentials instanceof Credentials.Password password) {
            return ServerLogin.password(password.user(), password.password().reveal());
        }
        if (credentials instanceof Credentials.OAuth2) {
            Failure failure = new Failure(
                    Scope.ACCOUNT,
                    Stage.LOGIN,
                    "TOKEN_REFUSED",
                    "Login by OAuth 2 for outgoing mail is not available yet",
                    null);
            throw new LineFailedException(failure, new AuthenticationFailedException("no access token"));
        }
        return ServerLogin.NONE;
    }
}
