package dev.mailroom.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * An IMAP server with one folder, in which messages lie as they were put there: it never looks at them, whatever they
 * are (GreenMail parses what it is given, and bombs are meant for parsers). Knows what Mailroom asks for, no IDLE.
 * Thread-safe.
 */
public final class RawImapServer implements AutoCloseable {

    private static final Pattern BODY = Pattern.compile("BODY\\.PEEK\\[]<(\\d+)\\.(\\d+)>");
    /** Above that of the server below, whose answers for its only message are longer than ours. */
    private static final long FIRST_UID = 1001;

    private final HostileServer server = HostileServer.imap();
    private final Path folder;
    private final List<Path> messages = new CopyOnWriteArrayList<>();
    private final Set<Long> seen = new ConcurrentSkipListSet<>();

    /** @param folder for the bytes of the messages */
    public RawImapServer(Path folder) {
        this.folder = folder;
        server.on("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n%t OK\r\n")
                .on("EXAMINE", (command, line) -> opened(line))
                .on("SELECT", (command, line) -> opened(line))
                .on("UID SEARCH", (command, line) -> searched(line))
                .on("UID FETCH", this::fetched)
                .on("UID STORE", this::stored);
    }

    public int port() {
        return server.port();
    }

    /** How many messages the client has marked as seen. */
    public int seen() {
        return seen.size();
    }

    public synchronized void put(InputStream message) {
        try (message) {
            Path file = folder.resolve(messages.size() + ".eml");
            Files.copy(message, file);
            messages.add(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void opened(HostileServer.Line line) throws IOException {
        line.say("* FLAGS (\\Seen)\r\n* " + messages.size() + " EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT "
                + (FIRST_UID + messages.size()) + "]\r\n%t OK [READ-WRITE]\r\n");
    }

    private void searched(HostileServer.Line line) throws IOException {
        int count = messages.size();
        String uids = LongStream.range(FIRST_UID, FIRST_UID + count)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "));
        line.say("* " + count + " EXISTS\r\n* SEARCH " + uids + "\r\n%t OK\r\n");
    }

    private void fetched(String command, HostileServer.Line line) throws IOException {
        Matcher body = BODY.matcher(command);
        boolean asksForBytes = body.find();
        for (long uid : uids(command)) {
            Path file = messages.get((int) (uid - FIRST_UID));
            line.say("* " + (uid - FIRST_UID + 1) + " FETCH (UID " + uid + " ");
            if (asksForBytes) {
                bytes(file, Long.parseLong(body.group(1)), Integer.parseInt(body.group(2)), line);
            } else {
                line.say("RFC822.SIZE " + Files.size(file) + " INTERNALDATE \"22-Nov-2026 12:00:00 +0000\"");
            }
            line.say(")\r\n");
        }
        line.say("%t OK\r\n");
    }

    private static void bytes(Path message, long offset, int most, HostileServer.Line line) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(message.toFile(), "r")) {
            byte[] piece = new byte[(int) Math.max(0, Math.min(most, file.length() - offset))];
            file.seek(offset);
            file.readFully(piece);
            line.say("BODY[]<" + offset + "> {" + piece.length + "}\r\n").write(piece);
        }
    }

    private void stored(String command, HostileServer.Line line) throws IOException {
        seen.addAll(uids(command));
        line.say("%t OK\r\n");
    }

    /** Of a command such as {@code UID FETCH 1001:1003,1005 (…)}. */
    private static List<Long> uids(String command) {
        return java.util.Arrays.stream(command.split(" ")[2].split(","))
                .map(range -> range.split(":"))
                .flatMap(range -> LongStream.rangeClosed(
                                Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]))
                        .boxed())
                .toList();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
