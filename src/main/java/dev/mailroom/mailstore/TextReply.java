package dev.mailroom.mailstore;

import java.util.ArrayList;
import java.util.List;

/** Splits plain text into the reply and what it quotes, line by line, in linear time. */
final class TextReply {

    private final List<String> lines;
    private final List<String> elided = new ArrayList<>();

    private TextReply(String text) {
        this.lines = text.lines().toList();
    }

    static Reply split(String text) {
        return new TextReply(text).split();
    }

    private Reply split() {
        List<Line> kept = new ArrayList<>();
        List<String> tail = new ArrayList<>();
        // Who wrote, before anything else and without marks below: the answers may stand between.
        boolean nothingYet = true;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || QuoteMarks.isQuoted(line)) {
                kept.add(new Line(line, QuoteMarks.isQuoted(line)));
                nothingYet &= line.isBlank();
                continue;
            }
            if (QuoteMarks.isForward(line)) {
                return Reply.whole(String.join("\n", lines));
            }
            int wrote = QuoteMarks.wroteLines(lines, i);
            if (wrote > 0 && (quoteFollows(i + wrote) || (nothingYet && i + wrote <= lastFilled()))) {
                elided.addAll(lines.subList(i, i + wrote));
                i += wrote - 1;
            } else if (wrote > 0 || endsReply(i)) {
                tail.addAll(lines.subList(i, lines.size()));
                break;
            } else {
                kept.add(new Line(line, false));
                nothingYet = false;
            }
        }
        trimEnd(kept, tail);
        trimStart(kept);
        elided.addAll(tail);
        String reply = String.join("\n", kept.stream().map(Line::text).toList()).strip();
        String rest = String.join("\n", elided).strip();
        return reply.isEmpty() || rest.isEmpty()
                ? Reply.whole(String.join("\n", lines).strip())
                : new Reply(reply, rest);
    }

    private int lastFilled() {
        int last = lines.size() - 1;
        while (last >= 0 && lines.get(last).isBlank()) {
            last--;
        }
        return last;
    }

    private record Line(String text, boolean quoted) {
        boolean isBlank() {
            return text.isBlank();
        }
    }

    private boolean endsReply(int at) {
        String line = lines.get(at);
        boolean ruleAboveHeader =
                QuoteMarks.isRule(line) && at + 1 < lines.size() && QuoteMarks.isHeaderBlock(lines, nextFilled(at + 1));
        return QuoteMarks.isSignature(line)
                || QuoteMarks.isOriginalMessage(line)
                || ruleAboveHeader
                || QuoteMarks.isHeaderBlock(lines, at);
    }

    private int nextFilled(int from) {
        int at = from;
        while (at < lines.size() - 1 && at < from + 3 && lines.get(at).isBlank()) {
            at++;
        }
        return at;
    }

    private boolean quoteFollows(int from) {
        for (int i = from; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                return QuoteMarks.isQuoted(lines.get(i));
            }
        }
        return false;
    }

    /** Quotes below the last own line, and a phone's advertisement, go. */
    private static void trimEnd(List<Line> kept, List<String> tail) {
        boolean own = kept.stream().anyMatch(line -> !line.isBlank() && !line.quoted());
        int end = kept.size();
        while (own && end > 0 && goes(kept.subList(0, end))) {
            end--;
        }
        List<Line> gone = kept.subList(end, kept.size());
        tail.addAll(0, gone.stream().map(Line::text).toList());
        gone.clear();
    }

    private static boolean goes(List<Line> kept) {
        Line last = kept.get(kept.size() - 1);
        return last.isBlank()
                || last.quoted()
                || (QuoteMarks.isDevice(last.text())
                        && kept.stream()
                                        .filter(line -> !line.isBlank() && !line.quoted())
                                        .limit(2)
                                        .count()
                                > 1);
    }

    /** An answer below one quote: the quote goes. Quotes between answers stay, the answers need them. */
    private void trimStart(List<Line> kept) {
        int firstOwn = 0;
        while (firstOwn < kept.size()
                && (kept.get(firstOwn).isBlank() || kept.get(firstOwn).quoted())) {
            firstOwn++;
        }
        boolean moreQuotes = kept.stream().skip(firstOwn).anyMatch(Line::quoted);
        if (firstOwn < kept.size() && !moreQuotes) {
            List<Line> quote = kept.subList(0, firstOwn);
            quote.forEach(line -> elided.add(line.text()));
            quote.clear();
        }
    }
}
