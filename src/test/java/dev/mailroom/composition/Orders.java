package dev.mailroom.composition;

import dev.mailroom.message.OutgoingMessage.Importance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A complete order, to be changed where a test needs another one. */
final class Orders {

    OutboxChoice choice = OutboxChoice.SYSTEM;

    @Nullable
    String mailbox;

    @Nullable
    String contract;

    List<String> users = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    List<String> to = new ArrayList<>(List.of("ana@customer.example"));
    List<String> cc = new ArrayList<>();
    List<String> bcc = new ArrayList<>();
    List<String> replyTo = new ArrayList<>();

    @Nullable
    String subject = "Hello";

    boolean html;
    List<Piece> body = List.of(new Piece.Literal("Dear Ana"));

    @Nullable
    String bodyText;

    List<String> attachments = new ArrayList<>();

    @Nullable
    String senderName;

    Map<String, String> headers = new HashMap<>();
    boolean conversation = true;

    SendOrder order() {
        return new SendOrder(
                new SendOrder.Via(choice, mailbox, contract),
                new SendOrder.Addressees(users, groups, to, cc, bcc, replyTo),
                new SendOrder.Letter(
                        subject, html, body, bodyText, attachments, senderName, Importance.NORMAL, headers),
                conversation);
    }
}
