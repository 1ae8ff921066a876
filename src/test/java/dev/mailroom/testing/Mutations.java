package dev.mailroom.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Spoils mails as bad disks, bad programs and bad people do; the same seed spoils the same way (R22). */
public final class Mutations {

    private final Random random;

    public Mutations(long seed) {
        this.random = new Random(seed);
    }

    /** One to four faults at once. */
    public byte[] spoil(byte[] mail) {
        byte[] spoiled = mail;
        for (int faults = 1 + random.nextInt(4); faults > 0; faults--) {
            spoiled = fault(spoiled);
        }
        return spoiled;
    }

    private byte[] fault(byte[] mail) {
        return switch (random.nextInt(11)) {
            case 0 -> flipped(mail, 1 + random.nextInt(20), () -> (byte) random.nextInt(256));
            case 1 -> flipped(mail, 1 + random.nextInt(20), () -> (byte) 0);
            case 2 -> flipped(mail, 1 + mail.length / 20, () -> (byte) (0x80 | random.nextInt(0x80)));
            case 3 -> cut(mail);
            case 4 -> lines(mail, lines -> lines.remove(random.nextInt(lines.size())));
            case 5 -> lines(mail, lines -> lines.add(random.nextInt(lines.size()), any(lines)));
            case 6 -> lines(mail, lines -> Collections.shuffle(lines.subList(lines.size() / 2, lines.size()), random));
            case 7 -> lines(mail, this::shuffleBoundaries);
            case 8 -> lines(mail, lines -> lines.add(random.nextInt(lines.size()), huge(any(lines))));
            case 9 ->
                text(mail).replace("\r\n", random.nextBoolean() ? "\n" : "\r").getBytes(StandardCharsets.ISO_8859_1);
            default ->
                text(mail)
                        .replaceFirst("(?i)charset=[\"a-z0-9-]+", "charset=" + charset())
                        .getBytes(StandardCharsets.ISO_8859_1);
        };
    }

    private String charset() {
        List<String> names =
                List.of("utf-7", "utf-16", "x-unknown", "ISO-2022-KR", "\"", "utf-32", "EBCDIC-CP-US", "hz-gb-2312");
        return names.get(random.nextInt(names.size()));
    }

    private void shuffleBoundaries(List<String> lines) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("--")) {
                places.add(i);
            }
        }
        List<String> boundaries =
                new ArrayList<>(places.stream().map(lines::get).toList());
        Collections.shuffle(boundaries, random);
        for (int i = 0; i < places.size(); i++) {
            lines.set(places.get(i), boundaries.get(i));
        }
    }

    /** Twice over a mail would have lines of gigabytes. */
    private static String huge(String line) {
        return line.repeat(Math.max(1, Math.min(2000, 300_000 / Math.max(1, line.length()))));
    }

    private String any(List<String> lines) {
        return lines.get(random.nextInt(lines.size()));
    }

    private byte[] flipped(byte[] mail, int count, java.util.function.Supplier<Byte> with) {
        byte[] spoiled = mail.clone();
        for (int i = 0; i < count && spoiled.length > 0; i++) {
            spoiled[random.nextInt(spoiled.length)] = with.get();
        }
        return spoiled;
    }

    private byte[] cut(byte[] mail) {
        int from = random.nextInt(mail.length + 1);
        int to = Math.min(mail.length, from + random.nextInt(1 + mail.length / 2));
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(mail, 0, from);
        rest.write(mail, to, mail.length - to);
        return rest.toByteArray();
    }

    private static byte[] lines(byte[] mail, java.util.function.Consumer<List<String>> change) {
        List<String> lines = new ArrayList<>(List.of(text(mail).split("\r?\n", -1)));
        change.accept(lines);
        return String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] mail) {
        return new String(mail, StandardCharsets.ISO_8859_1);
    }
}
