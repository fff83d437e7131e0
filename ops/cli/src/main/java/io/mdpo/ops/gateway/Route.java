package io.mdpo.ops.gateway;

import io.mdpo.ops.gateway.form.Form;
import io.mdpo.ops.gateway.form.StandardWebhook;
import java.util.Optional;

/**
 * What is done with the bodies that are posted to a path.
 *
 * @param signature what the body is signed with; without it the request brings a token
 */
record Route(Form form, Optional<StandardWebhook> signature) {
    static Route withToken(Form form) {
        return new Route(form, Optional.empty());
    }
}
