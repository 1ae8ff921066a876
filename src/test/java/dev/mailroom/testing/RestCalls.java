package dev.mailroom.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** A REST interface as any program would call it: HTTP Basic and JSON. */
public final class RestCalls {

    /** @param body missing where the answer has none */
    public record Answer(int status, JsonNode body, HttpResponse<byte[]> http) {

        public String location() {
            return http.headers().firstValue("Location").orElse("");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String base;
    private final String login;

    /** @param base without a slash at its end; @param user empty = nobody */
    public RestCalls(String base, String user, String password) {
        this.base = base;
        this.login = user.isEmpty()
                ? ""
                : "Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    public boolean exists(String path) {
        return call("GET", path, null).status() == 200;
    }

    /** @throws IllegalStateException unless the answer is 2xx */
    public JsonNode get(String path) {
        return expect(call("GET", path, null));
    }

    /** @throws IllegalStateException unless the answer is 2xx */
    public JsonNode post(String path, String body) {
        return expect(call("POST", path, body));
    }

    /** @throws IllegalStateException unless the answer is 2xx */
    public JsonNode put(String path, String body) {
        return expect(call("PUT", path, body));
    }

    /** Any answer, also a refusal. */
    public Answer call(String method, String path, String body) {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        return send(request.build());
    }

    /** Any answer of the engine to a deployment of one model, also a refusal. */
    public Answer deploy(String name, String bpmn) {
        String border = "----mailroom";
        String body = "--" + border + "\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\n" + name
                + "\r\n--" + border + "\r\nContent-Disposition: form-data; name=\"data\"; filename=\"" + name
                + ".bpmn\"\r\nContent-Type: application/octet-stream\r\n\r\n" + bpmn + "\r\n--" + border + "--\r\n";
        return send(request("/deployment/create")
                .header("Content-Type", "multipart/form-data; boundary=" + border)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
        return login.isEmpty() ? request : request.header("Authorization", login);
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean isJson =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(
                    response.statusCode(),
                    isJson && response.body().length > 0 ? JSON.readTree(response.body()) : MissingNode.getInstance(),
                    response);
        } catch (IOException e) {
            throw new IllegalStateException("No answer from " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }

    private static JsonNode expect(Answer answer) {
        if (answer.status() / 100 != 2) {
            throw new IllegalStateException(answer.http().uri() + " answered " + answer.status() + " " + answer.body());
        }
        return answer.body();
    }
}
