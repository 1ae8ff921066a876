package dev.mailroom.webapp;

import dev.mailroom.problem.ConflictProblem;
import dev.mailroom.problem.ForbiddenProblem;
import dev.mailroom.problem.InUseProblem;
import dev.mailroom.problem.NotFoundProblem;
import dev.mailroom.problem.Problem;
import dev.mailroom.problem.SecretsUnavailableProblem;
import dev.mailroom.problem.TooManyRequestsProblem;
import dev.mailroom.problem.ValidationProblem;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Problems as answers: {@code type} and {@code message} always, and what belongs to the type. */
public final class ProblemMapper implements ExceptionMapper<Problem> {

    @Override
    public Response toResponse(Problem problem) {
        if (problem instanceof ValidationProblem wrong) {
            return answer(400, "ValidationException", wrong, Map.of("fields", wrong.fields()));
        }
        if (problem instanceof NotFoundProblem) {
            return answer(404, "NotFoundException", problem, Map.of());
        }
        if (problem instanceof ForbiddenProblem) {
            return answer(403, "AuthorizationException", problem, Map.of());
        }
        if (problem instanceof InUseProblem used) {
            return answer(409, "InUseException", used, Map.of("usedBy", uses(used.usedBy())));
        }
        if (problem instanceof ConflictProblem conflict) {
            return answer(409, conflict.type().name(), conflict, state(conflict));
        }
        if (problem instanceof TooManyRequestsProblem often) {
            Response answer = answer(429, "TooManyRequestsException", often, Map.of());
            long seconds = Math.max(1, often.retryAfter().plusMillis(999).toSeconds());
            return Response.fromResponse(answer)
                    .header(HttpHeaders.RETRY_AFTER, seconds)
                    .build();
        }
        if (problem instanceof SecretsUnavailableProblem) {
            return answer(503, "SecretsUnavailableException", problem, Map.of());
        }
        throw new IllegalStateException("A problem without an answer", problem);
    }

    /** What uses a thing; only what is known of each. */
    static List<Map<String, Object>> uses(List<InUseProblem.Use> uses) {
        return uses.stream().map(ProblemMapper::use).toList();
    }

    private static Map<String, Object> use(InUseProblem.Use use) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", use.kind());
        put(fields, "key", use.key());
        put(fields, "name", use.name());
        put(fields, "activityId", use.activityId());
        put(fields, "count", use.count());
        return fields;
    }

    private static Map<String, Object> state(ConflictProblem conflict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (conflict.state() != null) {
            fields.put("state", conflict.state());
            fields.put("allowed", conflict.allowed());
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static Response answer(int status, String type, Problem problem, Map<String, ?> more) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", type);
        body.put("message", problem.getMessage());
        body.putAll(more);
        return Answers.status(status, body);
    }
}
