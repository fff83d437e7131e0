package io.mdpo.ops.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.mdpo.ops.gateway.form.Reading.Refusal;
import io.mdpo.ops.gateway.log.Receipt;
import java.util.List;
import java.util.Map;

/** What a client gets. */
record Answer(int status, String type, String body, Map<String, String> headers) {
    private static final String JSON = "application/json";

    /** Of an export with many faulty records these are named. */
    private static final int MOST_REFUSALS = 100;

    static Answer json(String body) {
        return new Answer(200, JSON, body, Map.of());
    }

    static Answer of(Problem problem) {
        return new Answer(problem.status(), "application/problem+json", problem.json(), problem.headers());
    }

    static Answer of(Receipt receipt, List<Refusal> refused) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("accepted", receipt.accepted());
        json.put("repeated", receipt.repeated());
        json.put("refused", refused.size());
        if (!refused.isEmpty()) {
            var refusals = json.putArray("refusals");
            refused.stream().limit(MOST_REFUSALS).forEach(refusal -> refusals.addObject()
                    .put("path", refusal.path())
                    .put("reason", refusal.reason()));
        }
        return json(json.toString());
    }
}
