package io.mdpo.ops.imports.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One shape of rows. */
public interface RowFormat {
    /** As the command line names it. */
    String name();

    /** Whether a row has the fields that set this format apart; whether they are sound, reading it tells. */
    boolean matches(ObjectNode row);

    /**
     * The pairs of a row; none where it is sound and prefers nothing.
     *
     * @throws RefusedRowException if it is not sound
     */
    List<Draft> read(ObjectNode row, Images images);
}
