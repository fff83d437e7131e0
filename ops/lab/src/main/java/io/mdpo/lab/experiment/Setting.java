package io.mdpo.lab.experiment;

import java.util.Locale;

/** The two settings that are chosen for each variant from one small grid. */
record Setting(double learningRate, double beta) {
    String id() {
        return String.format(Locale.ROOT, "lr%.0e-beta%.2f", learningRate, beta);
    }
}
