package dev.mailroom.mailstore;
import java.nio.file.*;
import org.junit.jupiter.api.Test;
class TmpTrimmerTest {
    @Test void compare() throws Exception {
        int ok=0, n=0;
        for (Path p : (Iterable<Path>) Files.list(Path.of("/work/shared/corpora/email_reply_trimmer/emails")).sorted()::iterator) {
            String in = Files.readString(p).replace("\r\n","\n");
            String want = Files.readString(Path.of("/work/shared/corpora/email_reply_trimmer/trimmed").resolve(p.getFileName())).replace("\r\n","\n");
            Reply r = Reply.of("x", in, null);
            n++;
            if (r.text().replaceAll("\\s+"," ").strip().equals(want.replaceAll("\\s+"," ").strip())) ok++;
            else System.out.println("##### " + p.getFileName() + "\n--- got\n" + r.text() + "\n--- want\n" + want+ "\n");
        }
        System.out.println("TRIMMER " + ok + "/" + n);
    }
}
