package dev.mailroom.registry;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Names of the fields in which two forms differ, for the audit log: names only, as values may be secret. */
final class FormChanges {

    private FormChanges() {}

    static <T extends Record> List<String> between(T before, T after) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            try {
                Object old = component.getAccessor().invoke(before);
                Object now = component.getAccessor().invoke(after);
                boolean isSecretGiven = now instanceof SecretChange && !(now instanceof SecretChange.Keep);
                boolean differs = !(now instanceof SecretChange) && !Objects.equals(old, now);
                if ((differs || isSecretGiven) && !component.getName().equals("revision")) {
                    names.add(component.getName());
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("The field " + component.getName() + " of a form cannot be read", e);
            }
        }
        return names;
    }
}
