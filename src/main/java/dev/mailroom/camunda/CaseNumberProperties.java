package dev.mailroom.camunda;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The business key of an instance that a mail starts.
 *
 * @param format text with {year} and {number}; numbers begin with 1 each year; a gap means that a start was rolled back
 */
@ConfigurationProperties("mailroom.case-number")
record CaseNumberProperties(
        @DefaultValue("C-{year}-{number}") String format) {

    CaseNumberProperties {
        if (!format.contains("{number}") || format.length() > 200) {
            throw new IllegalArgumentException(
                    "mailroom.case-number.format must contain {number} and have at most 200 characters");
        }
    }
}
