package dev.mailroom.transport;

import dev.mailroom.registry.AccessTokens;
import dev.mailroom.registry.Credentials;
import dev.mailroom.registry.OutputMailbox;
import dev.mailroom.registry.TokenRefusedException;
import dev.mailroom.transport.SubmissionOutcome.Failure;
import dev.mailroom.transport.SubmissionOutcome.Scope;
import dev.mailroom.transport.SubmissionOutcome.Stage;

/** Turns the credentials of a mailbox into what is said to the server. Thread-safe. */
final class ServerLogins {

    private final AccessTokens tokens;

    ServerLogins(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /** @throws LineFailedException when there is nothing to log in with */
    ServerLogin of(OutputMailbox mailbox, Credentials credentials) throws LineFailedException {
        if (credentials instanceof Credentials.Password password) {
            return ServerLogin.password(password.user(), password.password().reveal());
        }
        if (credentials instanceof Credentials.OAuth2 oauth2) {
            String user = oauth2.user() == null ? mailbox.sender().address() : oauth2.user();
            return ServerLogin.token(user, token(mailbox, oauth2));
        }
        return ServerLogin.NONE;
    }

    /** The server did not take the login: a token is not used a second time. */
    void refused(Credentials credentials) {
        if (credentials instanceof Credentials.OAuth2 oauth2) {
            tokens.forget(oauth2);
        }
    }

    private String token(OutputMailbox mailbox, Credentials.OAuth2 oauth2) throws LineFailedException {
        try {
            return tokens.token(oauth2, mailbox.isTrustedOrigin()).reveal();
        } catch (TokenRefusedException e) {
            String code = e.isTemporary() ? "TEMPORARY" : "TOKEN_REFUSED";
            throw new LineFailedException(
                    new Failure(Scope.ACCOUNT, Stage.LOGIN, code, String.valueOf(e.getMessage()), null), e);
        }
    }
}
