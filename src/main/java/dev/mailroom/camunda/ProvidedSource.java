package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.core.variable.mapping.value.ParameterValueProvider;
import org.jspecify.annotations.Nullable;

/** A list, a map or a script, as the engine itself reads it. */
record ProvidedSource(String title, ParameterValueProvider provider) implements ParameterSource {

    @Override
    public @Nullable Object value(VariableScope scope) throws CompositionException {
        try {
            return provider.getValue(scope);
        } catch (RuntimeException e) {
            throw EvaluationFault.of(title + ": its list, map or script", e);
        }
    }
}
