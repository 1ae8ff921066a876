package dev.mailroom.testing;

import dev.mailroom.message.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Mails made to exhaust who reads them (R23), written as they are read: none is held in memory. */
public final class Bombs {

    private static final String HTML = "Content-Type: text/html\r\n\r\n";
    private static final String TEXT = "Content-Type: text/plain\r\n\r\n";

    private final Map<String, ByteSource> bombs = new LinkedHashMap<>();
    private final long atMost;

    private Bombs(long atMost) {
        this.atMost = atMost;
    }

    /** @return by name, each of at most about {@code bytes} */
    public static Map<String, ByteSource> upTo(long bytes) {
        Bombs all = new Bombs(bytes);
        all.header();
        all.structure();
        all.encodings();
        all.html();
        all.quotes();
        return Collections.unmodifiableMap(all.bombs);
    }

    private void header() {
        bombs.put("1 M header lines", mail("", "X-A: b\r\n", 1_000_000, "\r\nx"));
        bombs.put("a header of 100 MB", mail("Subject: ", " aaaaaaaa\r\n", 9_000_000, "\r\nx"));
        bombs.put("a header line of 100 MB", mail("Subject: ", "aaaaaaaaaa", 10_000_000, "\r\n\r\nx"));
        bombs.put("500 k addresses", mail("To: ", "a@b.example,\r\n ", 500_000, "\r\n\r\nx"));
        bombs.put("addresses in many fields", mail("", "To: a@b.example\r\nCc: a@b.example\r\n", 499, "\r\nx"));
        bombs.put("100 k brackets in From", mail("From: ", "(<\"", 33_000, "\r\n\r\nx"));
        bombs.put(
                "100 kB of encoded words in one field",
                mail("Subject: ", "=?utf-8?Q?=3D=3F?=\r\n ", 4_500, "\r\n\r\nx"));
        bombs.put("an encoded word of 1 MB", mail("Subject: =?utf-8?B?", "QUFB", 250_000, "?=\r\n\r\nx"));
        bombs.put("beginnings of encoded words", mail("Subject: ", "=?utf-8?Q?", 10_000, "\r\n\r\nx"));
        bombs.put(
                "100 k RFC 2231 parameters",
                numbered("Content-Type: application/pdf;", " name*%d=\"a\";\r\n", 100_000, "\r\n\r\nx"));
        bombs.put(
                "4 k RFC 2231 parameters that pass",
                numbered("Content-Type: application/pdf;", " name*%d=\"a\";\r\n", 4_000, " x=y\r\n\r\nx"));
        bombs.put("no header, no line end", mail("", "aaaaaaaaaa", 100_000_000, ""));
        bombs.put("100 k lines of no header", mail("", "no field at all\r\n", 1_000_000, ""));
    }

    private void structure() {
        StringBuilder nested = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            nested.append("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n".formatted(i, i));
        }
        bombs.put("10,000 parts within parts", mail("", nested.toString(), 1, ""));
        bombs.put(
                "1 M parts",
                mail("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n\r\n", 1_000_000, ""));
        bombs.put(
                "1 M parts without the boundary's name",
                mail("Content-Type: multipart/mixed\r\n\r\n", "--bomb\r\n\r\n\r\n", 1_000_000, ""));
        bombs.put("100 k mails within mails", mail("", "Content-Type: message/rfc822\r\n\r\n", 100_000, "x"));
        bombs.put(
                "1,000 mails beside each other",
                mail(
                        "Content-Type: multipart/digest; boundary=b\r\n\r\n",
                        "--b\r\n\r\nSubject: x\r\n\r\nx\r\n",
                        999,
                        "--b--"));
        bombs.put("1 GB in one line", mail(TEXT, "0123456789", 100_000_000, ""));
        bombs.put("1 M empty lines", mail(TEXT, "\r\n", 1_000_000, "x"));
        bombs.put("NUL bytes", mail("Subject: a\0b\r\n\r\n", "\0\0\0\0\0\0\0\0", 1_000_000, ""));
    }

    private void encodings() {
        String base64 = "Content-Transfer-Encoding: base64\r\n";
        bombs.put("base64 without a single letter", mail(base64 + TEXT, "!!!!----\r\n", 3_000_000, ""));
        bombs.put("base64 full of ends", mail(base64 + TEXT, "QQ==\r\n=\r\n", 3_000_000, ""));
        bombs.put(
                "quoted-printable full of soft ends",
                mail("Content-Transfer-Encoding: quoted-printable\r\n" + TEXT, "= \r\n=\r\n", 3_000_000, ""));
        bombs.put(
                "a zip bomb",
                mail(
                        base64 + "Content-Type: application/zip; name=bomb.zip\r\n\r\n",
                        "UEsDBBQAAAAIAAAAIQAAAAAA/////////38BAAAAYQ==\r\n",
                        500_000,
                        ""));
        bombs.put("uuencoded beginnings", mail(TEXT, "begin 644 a\r\n", 150_000, "end\r\n"));
        bombs.put("uuencoded files", mail(TEXT, "begin 644 a\r\n#0V%T\r\nend\r\n", 80_000, ""));
        bombs.put(
                "quotes around a charset", mail("Content-Type: text/plain; charset=\"x", "'", 60_000, "x\"\r\n\r\nx"));
        bombs.put("UTF-7", mail("Content-Type: text/plain; charset=utf-7\r\n\r\n", "+ADw-script+AD4-", 100_000, ""));
        bombs.put(
                "escapes of ISO-2022-JP",
                mail(
                        "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n",
                        "\u001b$B\u001b(B\u001b$@",
                        200_000,
                        "x"));
        bombs.put(
                "escapes of ISO-2022-CN",
                mail(
                        "Content-Type: text/plain; charset=iso-2022-cn-gb\r\n\r\n",
                        "\u001b$)A\u000e!!\u000f",
                        200_000,
                        "x"));
        bombs.put(
                "a charset of 1,000 letters",
                mail("Content-Type: text/plain; charset=", "utf-8", 1_000, "\r\n\r\n\u00e9"));
        bombs.put(
                "flowed lines",
                mail("Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n", ">>>>>>>>> a \r\n", 150_000, ""));
    }

    private void html() {
        bombs.put("300 k elements within elements", mail(HTML, "<div>", 300_000, "x"));
        bombs.put("300 k quotes within quotes", mail(HTML, "<blockquote type=cite>", 90_000, "x"));
        bombs.put("Gmail's quotes within quotes", mail(HTML + "<p>yes</p>", "<div class=gmail_quote>", 85_000, "x"));
        bombs.put(
                "Gmail's quotes beside each other",
                mail(HTML + "<p>yes</p>", "<div class=gmail_quote>a</div>", 65_000, "x"));
        bombs.put("borders of Outlook", mail(HTML, "<div style='border-top:solid'>a</div>", 50_000, "x"));
        bombs.put("borders of Outlook within each other", mail(HTML, "<div style='border-top:solid'>a", 60_000, "x"));
        bombs.put("cuts of Outlook", mail(HTML + "<p>yes</p>", "<div id=appendonsend></div>x", 70_000, "x"));
        bombs.put("unclosed formatting", mail(HTML, "<b><i><u><font color=red>", 80_000, "x"));
        bombs.put("misnested formatting", mail(HTML, "<p><b><i></p>", 150_000, "x"));
        bombs.put("tables within tables", mail(HTML, "<table><tr><td>", 130_000, "x"));
        bombs.put("a wide table", mail(HTML + "<table><tr>", "<td>a</td>", 200_000, "</table>"));
        bombs.put("text in tables", mail(HTML, "<table>a<tr>b", 150_000, "x"));
        bombs.put("1 M attributes", mail(HTML + "<p ", "a=b ", 500_000, ">x</p>"));
        bombs.put("1 M different attributes", numbered(HTML + "<p ", "a%d=b ", 150_000, ">x</p>"));
        bombs.put("entities", mail(HTML, "&amp;&#x41;&lt;", 130_000, ""));
        bombs.put("half entities", mail(HTML, "&", 2_000_000, ""));
        bombs.put("tags without end", mail(HTML, "<", 2_000_000, ""));
        bombs.put("comments without end", mail(HTML, "<!--", 500_000, ""));
        bombs.put("styles", mail(HTML + "<p style=\"", "color:red;", 190_000, "\">x</p>"));
        bombs.put("a style of brackets", mail(HTML + "<p style=\"", "a:((", 400_000, "\">x</p>"));
        bombs.put("lists", mail(HTML, "<ul><li>", 240_000, "x"));
        bombs.put("select and option", mail(HTML, "<select><option>", 120_000, "x"));
        bombs.put("meta without an end", mail(HTML, "<meta charset=", 140_000, "x"));
    }

    private void quotes() {
        bombs.put("beginnings of quotes", mail(TEXT, "On 1 @ <On 1 @ <On 1 @ <\r\n", 70_000, ""));
        bombs.put("quote marks", mail(TEXT, ">", 2_000_000, ""));
        bombs.put("quoted lines", mail(TEXT + "yes\r\n", "> a\r\n", 400_000, ""));
        bombs.put("answers between quotes", mail(TEXT, "> a\r\nb\r\n", 200_000, ""));
        bombs.put("who wrote", mail(TEXT, "On Monday 1 a@b.example wrote:\r\n\r\n", 55_000, "x"));
        bombs.put(
                "who wrote, and blank lines",
                mail(TEXT, "On 1 a@b.example wrote:\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n", 45_000, "x"));
        bombs.put("labels of Outlook", mail(TEXT, "From: a\r\nTo b\r\n", 130_000, ""));
        bombs.put("rules", mail(TEXT, "__________________________________\r\n", 55_000, ""));
        bombs.put("devices", mail(TEXT + "yes\r\n", "Sent from my phone\r\n", 100_000, ""));
        bombs.put("blank lines between words", mail(TEXT, "a\r\n\r\n", 400_000, ""));
        bombs.put("dashes", mail(TEXT, "- - - - - - - - - - -- -- -- original\r\n", 50_000, ""));
    }

    private ByteSource mail(String start, String middle, int wanted, String end) {
        int times = (int) Math.max(1, Math.min(wanted, atMost / middle.length()));
        return () -> new SequenceInputStream(Collections.enumeration(List.of(
                new ByteArrayInputStream(
                        bytes("Message-ID: <bomb@acme.example>\r\nFrom: ana@customer.example\r\n" + start)),
                new Repeated(bytes(middle), times),
                new ByteArrayInputStream(bytes(end + "\r\n")))));
    }

    private ByteSource numbered(String start, String middle, int times, String end) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Math.min(times, Math.max(1, atMost / middle.length())); i++) {
            all.add(middle.formatted(i));
        }
        return mail(start, String.join("", all), 1, end);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same bytes again and again, held once. */
    private static final class Repeated extends InputStream {
        private final byte[] bytes;
        private final long length;
        private long at;

        Repeated(byte[] bytes, int times) {
            this.bytes = bytes;
            this.length = (long) bytes.length * times;
        }

        @Override
        public int read() {
            return at == length ? -1 : bytes[(int) (at++ % bytes.length)] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int count) {
            if (at == length) {
                return -1;
            }
            int from = (int) (at % bytes.length);
            int taken = (int) Math.min(Math.min(count, bytes.length - from), length - at);
            System.arraycopy(bytes, from, into, offset, taken);
            at += taken;
            return taken;
        }
    }
}
