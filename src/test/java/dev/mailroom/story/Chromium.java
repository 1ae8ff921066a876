package dev.mailroom.story;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Chromium of this machine; one for all browser tests of a JVM. Where there is none, the tests are skipped and say
 * so, unless {@code -Dbrowser.required=true} makes that a failure.
 */
final class Chromium {

    private static final List<String> QUIET = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private static Browser browser;

    private Chromium() {}

    /** Named in {@code @EnabledIf}: a failed assumption would leave no trace in the report. */
    static boolean isAvailable() {
        if (executable().isPresent()) {
            return true;
        }
        String message = "No Chromium here, so screens are not tried. Install it (Debian: apt-get install chromium)"
                + " or name one by -Dbrowser.path=…";
        if (Boolean.getBoolean("browser.required")) {
            throw new IllegalStateException(message);
        }
        System.err.println(message);
        return false;
    }

    static synchronized Browser browser() {
        if (browser == null) {
            Playwright playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            Runtime.getRuntime().addShutdownHook(new Thread(playwright::close, "close-chromium"));
            browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(executable().orElseThrow())
                            .setArgs(QUIET));
        }
        return browser;
    }

    private static Optional<Path> executable() {
        return Stream.of(
                        System.getProperty("browser.path", ""),
                        "/usr/bin/chromium",
                        "/usr/bin/chromium-browser",
                        "/usr/bin/google-chrome")
                .filter(path -> !path.isBlank())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }
}
