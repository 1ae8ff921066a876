package dev.mailroom.webapp;

import dev.mailroom.network.ConnectionReport;
import dev.mailroom.network.ConnectionReport.Step;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report of a connection test as REST shows it: {@code ok} always, of the rest what is known. */
final class ReportAnswers {

    private ReportAnswers() {}

    static Map<String, Object> answer(ConnectionReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", report.ok());
        fields.put("millis", report.millis());
        fields.put("steps", report.steps().stream().map(ReportAnswers::step).toList());
        return fields;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", step.step());
        fields.put("ok", step.ok());
        put(fields, "millis", step.millis());
        put(fields, "code", step.code());
        put(fields, "text", step.text());
        put(fields, "field", step.field());
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
