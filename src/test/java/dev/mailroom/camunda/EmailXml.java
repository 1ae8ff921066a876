package dev.mailroom.camunda;

import java.util.LinkedHashMap;
import java.util.Map;

/** BPMN as the Modeler writes it, as short as it goes. */
final class EmailXml {

    private final String id;
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private String name = "Tell Ann";
    private String element = "serviceTask";
    private String attributes = "";
    private String outputs = "";
    private String inside = "";

    private EmailXml(String id) {
        this.id = id;
    }

    /** A task with a subject and a recipient. */
    static EmailXml task(String id) {
        return bare(id).with("emailTo", "ana@customer.example").with("emailSubject", "Hello");
    }

    static EmailXml bare(String id) {
        return new EmailXml(id);
    }

    /** @param value text, or XML of a list, map or script; null = not there */
    EmailXml with(String parameter, String value) {
        if (value == null) {
            inputs.remove(parameter);
        } else {
            inputs.put(parameter, value);
        }
        return this;
    }

    EmailXml named(String name) {
        this.name = name;
        return this;
    }

    EmailXml output(String variable, String expression) {
        outputs += "<camunda:outputParameter name=\"" + variable + "\">" + expression + "</camunda:outputParameter>";
        return this;
    }

    EmailXml asSendTask() {
        element = "sendTask";
        return this;
    }

    EmailXml attribute(String attribute) {
        attributes += " " + attribute;
        return this;
    }

    /** Child elements such as a multi-instance marker. */
    EmailXml inside(String xml) {
        inside += xml;
        return this;
    }

    @Override
    public String toString() {
        StringBuilder xml = new StringBuilder("<" + element + " id=\"" + id + "\" name=\"" + name
                + "\" camunda:delegateExpression=\"${sendMessageEmail}\"" + attributes
                + "><extensionElements><camunda:inputOutput>");
        inputs.forEach((parameter, value) -> xml.append("<camunda:inputParameter name=\"")
                .append(parameter)
                .append("\">")
                .append(value)
                .append("</camunda:inputParameter>"));
        return xml.append(outputs)
                .append("</camunda:inputOutput></extensionElements>")
                .append(inside)
                .append("</" + element + ">")
                .toString();
    }

    /** start, the element, end. */
    static String line(Object... elements) {
        StringBuilder xml = new StringBuilder("<startEvent id=\"start\"/>");
        String before = "start";
        for (Object element : elements) {
            xml.append(element);
            String id = idOf(element.toString());
            xml.append(flow(before, id));
            before = id;
        }
        return xml.append("<endEvent id=\"end\"/>").append(flow(before, "end")).toString();
    }

    static String flow(String from, String to) {
        return "<sequenceFlow id=\"" + from + "_" + to + "\" sourceRef=\"" + from + "\" targetRef=\"" + to + "\"/>";
    }

    private static String idOf(String xml) {
        int at = xml.indexOf("id=\"") + 4;
        return xml.substring(at, xml.indexOf('"', at));
    }

    static String file(String key, String elements) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                + "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\""
                + " xmlns:camunda=\"http://camunda.org/schema/1.0/bpmn\" targetNamespace=\"test\">"
                + "<error id=\"notSent\" errorCode=\"EMAIL_NOT_SENT\"/>"
                + "<error id=\"refused\" errorCode=\"EMAIL_REFUSED\"/>"
                + "<message id=\"stop\" name=\"stop\"/>"
                + "<process id=\"" + key + "\" isExecutable=\"true\" camunda:historyTimeToLive=\"P1D\">" + elements
                + "</process></definitions>";
    }
}
