package dev.mailroom.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Closes the page and the call by which Camunda's webapp lets whoever comes first make themselves administrator
 * (CVE-2026-77226). The server makes its administrator at the first start, so nobody needs them.
 */
final class ClosedSetup extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String pathInfo = request.getPathInfo() == null ? "" : request.getPathInfo();
        if (isSetup(request.getServletPath() + pathInfo) || isSetup(decoded(request.getRequestURI()))) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            response.setContentType("application/json");
            response.getWriter()
                    .write("{\"type\":\"AuthorizationException\","
                            + "\"message\":\"Set-up is closed: the administrator is made at the first start\"}");
            return;
        }
        chain.doFilter(request, response);
    }

    /** Whether a segment says so, in any case and whatever parameters it carries. */
    private static boolean isSetup(String path) {
        for (String segment : path.split("/", 0)) {
            if (segment.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("setup")) {
                return true;
            }
        }
        return false;
    }

    /** What cannot be decoded is judged as it is; the container refuses it anyway. */
    private static String decoded(String uri) {
        try {
            return URLDecoder.decode(uri, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return uri;
        }
    }
}
