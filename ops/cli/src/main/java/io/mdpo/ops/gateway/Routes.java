package io.mdpo.ops.gateway;

import io.mdpo.ingest.encoding.JsonDocument;
import io.mdpo.ops.gateway.form.ArgillaForm;
import io.mdpo.ops.gateway.form.ImageLimit;
import io.mdpo.ops.gateway.form.LabelStudioForm;
import io.mdpo.ops.gateway.form.OpenWebUiForm;
import io.mdpo.ops.gateway.form.OwnForms;
import io.mdpo.ops.gateway.form.StandardWebhook;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is served, by path. */
final class Routes {
    /** An event has some dozens of tokens; an export has whole chats. */
    private static final long TOKENS = 500_000;

    private static final long EXPORT_TOKENS = 4 * TOKENS;

    private Routes() {}

    static Map<String, Route> of(GatewayConfig config) {
        var document = new JsonDocument(config.maxBodyBytes(), TOKENS);
        var images = new ImageLimit(config.maxImageBytes());
        var own = new OwnForms(document, config.maxBatch(), images);
        var routes = new LinkedHashMap<String, Route>();
        routes.put("/v1/interactions", Route.withToken(own::interactions));
        routes.put("/v1/feedback", Route.withToken(own::feedback));
        routes.put(
                "/v1/import/open-webui",
                Route.withToken(new OpenWebUiForm(new JsonDocument(config.maxBodyBytes(), EXPORT_TOKENS), images)));
        var labelStudio = config.labelStudio();
        if (!labelStudio.questions().isEmpty()) {
            routes.put(
                    "/v1/webhooks/label-studio",
                    Route.withToken(new LabelStudioForm(document, labelStudio.interaction(), labelStudio.questions())));
        }
        var argilla = config.argilla();
        argilla.secret()
                .ifPresent(secret -> routes.put(
                        "/v1/webhooks/argilla",
                        new Route(
                                new ArgillaForm(document, argilla.interaction(), argilla.questions()),
                                Optional.of(new StandardWebhook(secret, argilla.tolerance())))));
        return routes;
    }
}
