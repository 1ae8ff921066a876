package dev.mailroom.webapp;

import dev.mailroom.webapp.RestProperties.Login;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.rest.security.auth.ProcessEngineAuthenticationFilter;

/**
 * Camunda's own HTTP Basic login, for all of engine-rest or for Mailroom's calls alone. A spelling of a path that this
 * filter does not know as Mailroom's reaches the resource without a login, and is refused there.
 */
final class LoginFilter implements Filter {

    private static final Pattern OURS = Pattern.compile("/mailroom(/.*)?|/engine/[^/]+/mailroom(/.*)?");

    private final ProcessEngineAuthenticationFilter camunda = new ProcessEngineAuthenticationFilter();
    private final Login login;

    LoginFilter(Login login) {
        this.login = login;
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
        camunda.init(config);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (login == Login.ALL
                || OURS.matcher(path((HttpServletRequest) request)).matches()) {
            camunda.doFilter(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    @Override
    public void destroy() {
        camunda.destroy();
    }

    private static String path(HttpServletRequest request) {
        String uri = request.getRequestURI();
        int prefix =
                request.getContextPath().length() + request.getServletPath().length();
        return uri.length() < prefix ? uri : uri.substring(prefix);
    }
}
