package dev.mailroom.network;

import java.net.SocketTimeoutException;

/** Nobody answered the attempt to connect; apart from {@link SocketTimeoutException}, which also is a silent server. */
public final class ConnectTimeoutException extends SocketTimeoutException {

    private static final long serialVersionUID = 1L;

    ConnectTimeoutException() {
        super("no answer to the attempt to connect");
    }
}
