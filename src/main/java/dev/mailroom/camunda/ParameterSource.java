package dev.mailroom.camunda;

import dev.mailroom.composition.CompositionException;
import dev.mailroom.composition.Piece;
import java.util.List;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.jspecify.annotations.Nullable;

/** Where the value of an input parameter comes from. Immutable, shared by all instances of a process definition. */
interface ParameterSource {

    /** The value of now. */
    @Nullable
    Object value(VariableScope scope) throws CompositionException;

    /** The same as pieces, so that text of the model and values from outside stay apart. */
    default List<Piece> pieces(VariableScope scope) throws CompositionException {
        return List.of(new Piece.Inserted(value(scope)));
    }

    /** The text, where it stands in the model and holds no expression; else null. */
    default @Nullable String literal() {
        return null;
    }
}
