package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import java.util.Map;
import org.camunda.spin.json.SpinJsonNode;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapperImpl;

/** Reads the key of a contract out of a process variable: text, or something with a property {@code key}. */
final class ContractVariable {

    private ContractVariable() {}

    static @Nullable String key(String variable, @Nullable Object value) throws CompositionException {
        if (value == null) {
            return null;
        }
        Object key = value instanceof CharSequence ? value : property(value);
        if (key instanceof SpinJsonNode json && json.isString()) {
            key = json.stringValue();
        }
        if (key instanceof CharSequence text) {
            return text.toString().isBlank() ? null : text.toString().strip();
        }
        throw new CompositionException(
                "UNREADABLE_CONTRACT",
                "The variable '" + variable + "' holds a " + value.getClass().getSimpleName()
                        + "; a text, or an object with the property 'key', is needed");
    }

    private static @Nullable Object property(Object value) {
        if (value instanceof SpinJsonNode json) {
            return json.isString() ? json : json.isObject() && json.hasProp("key") ? json.prop("key") : null;
        }
        if (value instanceof Map<?, ?> map) {
            return map.get("key");
        }
        if (value instanceof Number || value instanceof Boolean || value instanceof java.util.Date) {
            return null;
        }
        BeanWrapperImpl bean = new BeanWrapperImpl(value);
        return bean.isReadableProperty("key") ? bean.getPropertyValue("key") : recordComponent(value);
    }

    private static @Nullable Object recordComponent(Object value) {
        if (!value.getClass().isRecord()) {
            return null;
        }
        for (var component : value.getClass().getRecordComponents()) {
            if (component.getName().equals("key")) {
                return org.springframework.util.ReflectionUtils.invokeMethod(component.getAccessor(), value);
            }
        }
        return null;
    }
}
