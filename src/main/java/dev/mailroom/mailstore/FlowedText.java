package dev.mailroom.mailstore;

/** Paragraphs that were broken into lines for transport (format=flowed, RFC 3676) become lines again. */
final class FlowedText {

    private FlowedText() {}

    /** @param delSp the blank before a soft break belongs to the break (RFC 3676 4.1) */
    static String unwrap(String text, boolean delSp) {
        StringBuilder result = new StringBuilder(text.length());
        boolean soft = false;
        int lastDepth = 0;
        for (String line : text.split("\n", -1)) {
            int depth = 0;
            while (depth < line.length() && line.charAt(depth) == '>') {
                depth++;
            }
            String content = line.substring(depth);
            content = content.startsWith(" ") ? content.substring(1) : content;
            boolean signature = content.equals("-- ");
            boolean joins = soft && depth == lastDepth && !signature;
            if (!joins) {
                result.append(result.length() == 0 ? "" : "\n");
                result.append(">".repeat(depth)).append(depth > 0 && !content.isEmpty() ? " " : "");
            }
            soft = content.endsWith(" ") && !signature;
            result.append(soft && delSp ? content.substring(0, content.length() - 1) : content);
            lastDepth = depth;
        }
        return result.toString();
    }
}
