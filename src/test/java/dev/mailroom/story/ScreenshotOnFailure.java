package dev.mailroom.story;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** What the page looked like when a test failed: {@code target/screens/<test>.png}. */
final class ScreenshotOnFailure implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Page page = context.getRequiredTestInstance() instanceof ScreenStory story ? story.page : null;
        if (page != null && !page.isClosed()) {
            String name = context.getRequiredTestMethod().getName();
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screens", name + ".png")));
        }
        throw failure;
    }
}
