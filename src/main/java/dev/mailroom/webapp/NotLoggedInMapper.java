package dev.mailroom.webapp;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** 401 with the challenge of HTTP Basic (RFC 7617) and no body. */
public final class NotLoggedInMapper implements ExceptionMapper<NotLoggedInException> {

    @Override
    public Response toResponse(NotLoggedInException nobody) {
        return Response.status(Response.Status.UNAUTHORIZED)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"mailroom\"")
                .build();
    }
}
