package io.mdpo.ingest.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * Sixty-four bits that stay nearly the same when a picture is encoded again, resized or changed in brightness: the signs of its
 * low frequencies about their median (Zauner 2010, <i>Implementation and Benchmarking of Perceptual Image Hash Functions</i>,
 * section 3.2.1).
 */
final class PerceptualHash {
    private static final int SIDE = 32;
    private static final int LOW = 8;

    /** Points of a cell that are looked at, each way: a large picture costs no more than a small one. */
    private static final int POINTS = 4;

    private static final double[][] COSINES = cosines();

    private PerceptualHash() {}

    static long of(BufferedImage image) {
        var grey = shrink(image);
        var low = new double[LOW * LOW];
        for (int v = 0; v < LOW; v++) {
            for (int u = 0; u < LOW; u++) {
                low[v * LOW + u] = frequency(grey, u, v);
            }
        }
        var sorted = low.clone();
        Arrays.sort(sorted);
        double median = (sorted[LOW * LOW / 2 - 1] + sorted[LOW * LOW / 2]) / 2;
        long hash = 0;
        for (int i = 0; i < low.length; i++) {
            hash |= low[i] > median ? 1L << i : 0;
        }
        return hash;
    }

    private static double frequency(double[][] grey, int u, int v) {
        double sum = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                sum += grey[y][x] * COSINES[u][x] * COSINES[v][y];
            }
        }
        return sum;
    }

    private static double[][] shrink(BufferedImage image) {
        var grey = new double[SIDE][SIDE];
        for (int y = 0; y < SIDE * POINTS; y++) {
            int row = at(y, image.getHeight());
            for (int x = 0; x < SIDE * POINTS; x++) {
                int rgb = image.getRGB(at(x, image.getWidth()), row);
                grey[y / POINTS][x / POINTS] +=
                        0.299 * (rgb >> 16 & 0xFF) + 0.587 * (rgb >> 8 & 0xFF) + 0.114 * (rgb & 0xFF);
            }
        }
        return grey;
    }

    /** The pixel at the middle of a point's share of a side. */
    private static int at(int point, int pixels) {
        return (int) ((2L * point + 1) * pixels / (2 * SIDE * POINTS));
    }

    /** Of the frequencies 1 to 8: the mean of the picture is left out. */
    private static double[][] cosines() {
        var cosines = new double[LOW][SIDE];
        for (int u = 0; u < LOW; u++) {
            for (int x = 0; x < SIDE; x++) {
                cosines[u][x] = Math.cos((u + 1) * (2 * x + 1) * Math.PI / (2 * SIDE));
            }
        }
        return cosines;
    }
}
