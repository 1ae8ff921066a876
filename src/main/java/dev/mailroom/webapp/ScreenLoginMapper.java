package dev.mailroom.webapp;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;

/** 401 without a challenge: a browser would answer one with a box of its own over Camunda's login page. */
public final class ScreenLoginMapper implements ExceptionMapper<NotLoggedInException> {

    @Override
    public Response toResponse(NotLoggedInException nobody) {
        return Response.status(Response.Status.UNAUTHORIZED).build();
    }
}
