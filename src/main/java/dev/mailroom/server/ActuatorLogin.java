package dev.mailroom.server;

import dev.mailroom.access.Access;
import dev.mailroom.access.Caller;
import dev.mailroom.access.Right;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;

/**
 * Health is for everybody, its details for those who may see the journal; whatever else an operator opens of the actuator
 * is for administrators. Users and passwords are Camunda's, by HTTP Basic.
 */
final class ActuatorLogin extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String BASIC = "Basic ";

    private final transient IdentityService identities;
    private final transient Access access;
    private final Pattern health;

    ActuatorLogin(IdentityService identities, Access access, String basePath) {
        this.identities = identities;
        this.access = access;
        this.health = Pattern.compile(Pattern.quote(basePath) + "/health(/[A-Za-z0-9_-]+)*/?");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String header = request.getHeader("Authorization");
        Optional<Caller> caller = header == null ? Optional.empty() : caller(header);
        boolean isHealth = health.matcher(request.getRequestURI()).matches();
        if (caller.isEmpty() && (header != null || !isHealth)) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Mailroom\"");
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        } else if (!isHealth && !access.allows(caller.orElseThrow(), Right.ADMINISTER)) {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        } else {
            boolean seesDetails = caller.isPresent() && access.allows(caller.get(), Right.JOURNAL);
            chain.doFilter(seesDetails ? new As(request, caller.get().userId()) : request, response);
        }
    }

    private Optional<Caller> caller(String header) {
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        String login;
        try {
            login = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
        int colon = login.indexOf(':');
        if (colon < 1 || !identities.checkPassword(login.substring(0, colon), login.substring(colon + 1))) {
            return Optional.empty();
        }
        String user = login.substring(0, colon);
        Set<String> groups = identities.createGroupQuery().groupMember(user).list().stream()
                .map(Group::getId)
                .collect(Collectors.toSet());
        return Optional.of(Caller.user(user, groups));
    }

    /** What the actuator takes for "authorized". */
    private static final class As extends HttpServletRequestWrapper {

        private final String user;

        As(HttpServletRequest request, String user) {
            super(request);
            this.user = user;
        }

        @Override
        public Principal getUserPrincipal() {
            return () -> user;
        }
    }
}
