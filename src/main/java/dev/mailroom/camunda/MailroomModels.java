package dev.mailroom.camunda;

/** Keys, ids and topics of Mailroom's own models in {@code processes/}. */
public final class MailroomModels {

    public static final String INPUT_MAILBOX = "mailroom-input-mailbox";
    public static final String READ_MAILBOX_TASK = "readMailbox";
    public static final String READ_TOPIC = "mailroom-read";

    public static final String OUTPUT_MAILBOX = "mailroom-output-mailbox";
    public static final String SEND_MAIL_TASK = "sendMail";
    public static final String SEND_TOPIC = "mailroom-send";

    public static final String SEND_EMAIL = "mailroom-send-email";
    public static final String SEND_EMAIL_TASK = "sendEmail";

    /** Before the key of the Output mailbox whose lane a mail waits in. */
    public static final String LANE_PREFIX = "mail-out:";

    /** Where mails wait that could not be composed. */
    public static final String COMPOSE_TOPIC = "mail-compose";

    private MailroomModels() {}
}
