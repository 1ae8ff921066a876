package dev.mailroom.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnHeadersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From",
                "Sender",
                "To",
                "Cc",
                "Bcc",
                "Reply-To",
                "Date",
                "Subject",
                "Message-ID",
                "In-Reply-To",
                "References",
                "Return-Path",
                "Received",
                "Received-SPF",
                "MIME-Version",
                "Content-Type",
                "Content-Transfer-Encoding",
                "Content-Disposition",
                "Content-ID",
                "Content-Language",
                "Auto-Submitted",
                "Importance",
                "X-Priority",
                "Priority",
                "DKIM-Signature",
                "DomainKey-Signature",
                "ARC-Seal",
                "Authentication-Results",
                "Resent-From",
                "Resent-To",
                "Delivered-To",
                "Errors-To",
                "Apparently-To",
                "Envelope-To",
                "X-Original-To",
                "X-Mailroom-Id"
            })
    void headers_of_mailroom_and_of_mail_servers_may_not_be_set_in_any_case(String name) {
        for (String written : new String[] {name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT)}) {
            assertThat(OwnHeaders.fault(written))
                    .hasValueSatisfying(
                            text -> assertThat(text).contains("'" + written + "' is written by Mailroom itself"));
            for (String blank : new String[] {" ", "\t", "\r", "\u00a0"}) {
                assertThat(OwnHeaders.fault(written + blank)).isPresent();
                assertThat(OwnHeaders.fault(blank + written)).isPresent();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "X Case", "X-Cäse", "X:Case", "X-Case\r\nFrom", "X\u0000", "X\u007f", "X\u200bCase"})
    void illegal_names_are_refused(String name) {
        assertThat(OwnHeaders.fault(name))
                .hasValueSatisfying(text -> assertThat(text).contains("is not a header name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Case", "List-Unsubscribe", "Precedence", "Keywords", "x!#$%&'*+-.^_`|~9"})
    void others_may_be_set(String name) {
        assertThat(OwnHeaders.fault(name)).isEmpty();
    }
}
