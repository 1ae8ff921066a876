package dev.mailroom.problem;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields that are wrong, each with what it must be: 400. Field paths as in rest.md: {@code oauth2.tokenUrl}, {@code domains[0]}. */
public final class ValidationProblem extends Problem {

    private static final long serialVersionUID = 1L;
    private final transient Map<String, String> fields;

    public ValidationProblem(Map<String, String> fields) {
        super(fields.size() == 1 ? "1 field is wrong" : fields.size() + " fields are wrong");
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public ValidationProblem(String field, String message) {
        this(Map.of(field, message));
    }

    public Map<String, String> fields() {
        return fields;
    }
}
