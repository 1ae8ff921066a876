package dev.mailroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may not: every call of the screens, without a login, with the wrong groups, without the CSRF token. */
class ScreenAccessIT extends ScreenStory {

    private static final String OUTPUT = """
            {"key":"intruder","description":"Intruder","type":"OUTPUT","server":"127.0.0.1","security":"NONE","sender":"a@b.example"}""";

    private String victim;

    /** One call of a screen. */
    record Call(String method, String path, String body) {
        boolean isChange() {
            return !method.equals("GET");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Call> calls() {
        return Stream.of(
                new Call("GET", "health", null),
                new Call("GET", "sending", null),
                new Call("PUT", "sending", "{\"enabled\":false}"),
                new Call("GET", "mailbox", null),
                new Call("GET", "mailbox/count", null),
                new Call("GET", "mailbox/{victim}", null),
                new Call("GET", "mailbox/{victim}/health", null),
                new Call("POST", "mailbox", OUTPUT),
                new Call("PUT", "mailbox/{victim}", OUTPUT.replace("\"key\":\"intruder\",", "")),
                new Call("PUT", "mailbox/{victim}/enabled", "{\"enabled\":false}"),
                new Call("DELETE", "mailbox/{victim}", null),
                new Call("POST", "mailbox/test", OUTPUT),
                new Call("POST", "mailbox/{victim}/test", "{}"),
                new Call("POST", "mailbox/{victim}/send-test", "{\"to\":\"a@b.example\"}"),
                new Call("GET", "contract", null),
                new Call("POST", "contract", "{\"key\":\"intruder\",\"name\":\"Intruder\"}"),
                new Call("DELETE", "contract/{victim}", null),
                new Call("GET", "email", null),
                new Call("GET", "email/count", null),
                new Call("POST", "email/retry", "{\"filter\":{\"state\":[\"FAILED\"]},\"max\":10}"));
    }

    @BeforeEach
    void aMailboxThatNobodyMayTouch() {
        victim = unique("screen-victim");
        output(victim, ACME, "Victim <victim@acme.example>");
        contract(victim, null);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nobody_gets_401(Call call) throws Exception {
        for (String plugin : List.of("admin", "cockpit")) {
            HttpResponse<String> answer = new Client().send(plugin, call, true);

            assertThat(answer.statusCode()).as("%s of %s", call, plugin).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
        }
        nothingChanged();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void the_wrong_group_gets_403(Call call) throws Exception {
        Client clerk = new Client().logIn(person(List.of("approvers"), "tasklist"), "tasklist");
        for (String plugin : List.of("admin", "cockpit")) {
            HttpResponse<String> answer = clerk.send(plugin, call, true);

            assertThat(answer.statusCode())
                    .as("%s of %s: %s", call, plugin, answer.body())
                    .isEqualTo(403);
            assertThat(answer.body()).contains("AuthorizationException");
        }
        nothingChanged();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_change_without_the_csrf_token_gets_403(Call call) throws Exception {
        if (!call.isChange()) {
            return;
        }
        String administrator = administrator();
        for (String plugin : List.of("admin", "cockpit")) {
            HttpResponse<String> answer =
                    new Client().logIn(administrator, "admin").send(plugin, call, false);

            assertThat(answer.statusCode()).as("%s of %s", call, plugin).isEqualTo(403);
        }
        nothingChanged();
    }

    @Test
    void an_operator_may_look_but_not_administer() throws Exception {
        Client operator = new Client().logIn(person(List.of("mailroomOperators"), "cockpit"), "cockpit");

        assertThat(operator.send("cockpit", new Call("GET", "email", null), true)
                        .statusCode())
                .isEqualTo(200);
        assertThat(operator.send("admin", new Call("DELETE", "mailbox/{victim}", null), true)
                        .statusCode())
                .isEqualTo(403);
        assertThat(operator.send("cockpit", new Call("GET", "rights", null), true)
                        .body())
                .contains("\"operate\":true")
                .contains("\"administer\":false");
        nothingChanged();
    }

    @Test
    void another_engine_is_not_served() throws Exception {
        Client client = new Client().logIn(administrator(), "admin");

        HttpResponse<String> answer = client.get("/camunda/api/admin/plugin/mailroom-admin/other/mailbox");

        assertThat(answer.statusCode()).isIn(401, 403, 404);
    }

    @Test
    void only_named_files_are_served() throws Exception {
        Client nobody = new Client();

        assertThat(nobody.get("/camunda/api/admin/plugin/mailroom-admin/static/app/plugin.js")
                        .statusCode())
                .isEqualTo(200);
        assertThat(nobody.get("/camunda/api/cockpit/plugin/mailroom-cockpit/static/shared/texts.js")
                        .statusCode())
                .isEqualTo(200);
        assertThat(nobody.get("/camunda/api/admin/plugin/mailroom-admin/static/shared/..%2f..%2fNOTICE.md")
                        .statusCode())
                .isNotEqualTo(200);
        assertThat(nobody.get("/camunda/api/admin/plugin/mailroom-admin/static/shared/other.js")
                        .statusCode())
                .isEqualTo(403);
    }

    private void nothingChanged() {
        assertThat(rest.exists("/mailroom/mailbox/intruder")).isFalse();
        assertThat(rest.exists("/mailroom/contract/intruder")).isFalse();
        assertThat(rest.exists("/mailroom/contract/" + victim)).isTrue();
        var mailbox = rest.get("/mailroom/mailbox/" + victim);
        assertThat(mailbox.path("revision").asInt()).isEqualTo(1);
        assertThat(mailbox.path("enabled").asBoolean()).isTrue();
        assertThat(rest.get("/mailroom/sending").path("enabled").asBoolean()).isTrue();
        assertThat(rest.get("/mailroom/email/count?mailbox=" + victim)
                        .path("count")
                        .asInt())
                .isZero();
    }

    /** A browser without a page: cookies and the token that stands in one of them. */
    private final class Client {

        private final CookieManager cookies = new CookieManager();
        private final HttpClient http =
                HttpClient.newBuilder().cookieHandler(cookies).build();

        Client logIn(String user, String app) throws IOException, InterruptedException {
            get("/camunda/app/" + app + "/default/");
            String form = "username=" + user + "&password=" + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
            HttpResponse<String> answer = http.send(
                    request("/camunda/api/admin/auth/user/default/login/" + app, true)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("login of %s", user).isEqualTo(200);
            get("/camunda/app/" + app + "/default/"); // the new session has a new token
            return this;
        }

        HttpResponse<String> send(String plugin, Call call, boolean withToken)
                throws IOException, InterruptedException {
            if (call.isChange() && cookies.getCookieStore().getCookies().isEmpty()) {
                get("/camunda/app/" + plugin + "/default/");
            }
            String path = "/camunda/api/" + plugin + "/plugin/mailroom-" + plugin + "/default/"
                    + call.path().replace("{victim}", victim);
            var body = call.body() == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(call.body());
            return http.send(
                    request(path, withToken)
                            .header("Content-Type", "application/json")
                            .method(call.method(), body)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        HttpResponse<String> get(String path) throws IOException, InterruptedException {
            return http.send(request(path, false).GET().build(), HttpResponse.BodyHandlers.ofString());
        }

        private HttpRequest.Builder request(String path, boolean withToken) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path));
            if (withToken) {
                cookies.getCookieStore().getCookies().stream()
                        .filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
                        .map(HttpCookie::getValue)
                        .forEach(token -> request.setHeader("X-XSRF-TOKEN", token));
            }
            return request;
        }
    }
}
