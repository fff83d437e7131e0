package io.mdpo.lab.quickstart;

import java.io.PrintWriter;

/** The report for a person. */
final class ReportTable {
    private ReportTable() {}

    static void print(PrintWriter out, QuickstartReport report) {
        var pairs = report.pairs();
        out.println();
        count(out, "ingested", pairs.ingested(), "");
        count(out, "rejected", pairs.rejected(), reasons(pairs));
        count(out, "scored", pairs.scored(), "");
        count(out, "learned", pairs.learned(), pairs.waiting() > 0 ? pairs.waiting() + " wait for a full batch" : "");
        out.printf("%-34s %10.1f%n", "seconds", report.seconds());
        out.println();
        answers(out, report);
        out.printf(
                "%-34s %10.3f%n",
                "image-conditional reward accuracy", report.rewards().imageAccuracy());
        out.printf(
                "%-34s %+10.3f  nats, policy less base%n",
                "chosen log-prob change", report.logps().chosenChange());
        out.printf(
                "%-34s %10.2f  nats; base %.2f%n",
                "image-conditional margin",
                report.logps().imageMarginAfter(),
                report.logps().imageMarginBefore());
        out.println();
        out.printf(
                "%-34s %10s %10s%n",
                "%d %s scenes, greedy, %%"
                        .formatted(
                                report.evaluation().answers(),
                                report.evaluation().scenes()),
                "before",
                "after");
        metric(out, "CHAIRi (hallucinated mentions)", report, "chairI");
        metric(out, "CHAIRs (answers with one)", report, "chairS");
        metric(out, "Cover (objects mentioned)", report, "cover");
        metric(out, "partner recall", report, "partnerRecall");
        metric(out, "well-formed answers", report, "wellFormed");
        out.println();
        out.printf(
                "checkpoint step %d, sha256 %s%n",
                report.checkpoint().step(), report.checkpoint().sha256());
        out.flush();
    }

    /** What was learned of the answers: compared, or each by itself. */
    private static void answers(PrintWriter out, QuickstartReport report) {
        boolean compared = report.rewards().accuracy() != null;
        out.printf(
                "%-34s %10.6f  first step; %s%n",
                "loss",
                report.loss().first(),
                compared ? "3 ln 2 = %.6f".formatted(3 * Math.log(2)) : "0.5 an example, ln 2 an anchor");
        out.printf("%-34s %10.6f  last step%n", "", report.loss().last());
        if (compared) {
            out.printf(
                    "%-34s %10.3f  last tenth of the steps, as below%n",
                    "reward accuracy", report.rewards().accuracy());
        } else {
            out.printf(
                    "%-34s %+10.3f  last tenth of the steps, as below%n",
                    "reward of a thumb up", report.rewards().chosen());
            out.printf(
                    "%-34s %+10.3f%n",
                    "reward of a thumb down", report.rewards().rejected());
        }
    }

    private static String reasons(QuickstartReport.Pairs pairs) {
        return String.join(
                ", ",
                pairs.reasons().entrySet().stream()
                        .map(reason -> reason.getKey() + (reason.getValue() > 1 ? " x" + reason.getValue() : ""))
                        .toList());
    }

    private static void count(PrintWriter out, String label, long value, String note) {
        out.printf("%-34s %10d  %s%n", label, value, note);
    }

    private static void metric(PrintWriter out, String label, QuickstartReport report, String figure) {
        out.printf(
                "%-34s %10.1f %10.1f%n",
                label,
                report.evaluation().before().getOrDefault(figure, Double.NaN),
                report.evaluation().after().getOrDefault(figure, Double.NaN));
    }
}
