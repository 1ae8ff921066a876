package dev.mailroom.mailstore;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that stand uuencoded in the text, from programs older than MIME: taken out of it. A beginning without an end stays
 * text. Linear time.
 *
 * @param text without the files
 */
record UuFiles(String text, List<File> files) {

    private static final Pattern BEGIN = Pattern.compile("begin [0-7]{3,4} ?(.{0,255})");

    /** @param name empty when the text gives none */
    record File(String name, byte[] bytes) {}

    /** @param atMost files; what follows stays text */
    static UuFiles takeOut(String text, int atMost) {
        if (!text.contains("begin ")) {
            return new UuFiles(text, List.of());
        }
        List<String> lines = text.lines().toList();
        int[] ends = ends(lines);
        List<String> kept = new ArrayList<>();
        List<File> files = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher begin = BEGIN.matcher(lines.get(i));
            if (files.size() < atMost && begin.matches() && i + 1 < lines.size() && ends[i + 1] > i + 1) {
                files.add(new File(begin.group(1).strip(), decode(lines.subList(i + 1, ends[i + 1]))));
                i = ends[i + 1];
            } else {
                kept.add(lines.get(i));
            }
        }
        return files.isEmpty() ? new UuFiles(text, List.of()) : new UuFiles(String.join("\n", kept), files);
    }

    /** For each line, where the file ends of which it may be a line; -1 where it is none. From the back, so once. */
    private static int[] ends(List<String> lines) {
        int[] ends = new int[lines.size()];
        int end = -1;
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).equals("end")) {
                end = i;
            } else if (!UuStream.isData(lines.get(i))) {
                end = -1;
            }
            ends[i] = end;
        }
        return ends;
    }

    private static byte[] decode(List<String> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        lines.forEach(line -> bytes.writeBytes(UuStream.decode(line.stripTrailing())));
        return bytes.toByteArray();
    }
}
