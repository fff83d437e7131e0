package io.mdpo.scorer.image;

import java.util.function.DoubleUnaryOperator;

/**
 * Antialiased separable resizing with the arithmetic of Pillow's {@code Image.resize}: filter weights in 22-bit fixed
 * point, a horizontal then a vertical pass, each rounded to 8 bits. The reference image processors resize with it, and a
 * model sees the difference. Pillow 13 makes the passes in the other order where that is less work; this is the order of
 * every version up to 12, with which the models were trained.
 */
public enum Resampling {
    BILINEAR(1, x -> Math.max(0, 1 - Math.abs(x))),
    BICUBIC(2, Resampling::keys),
    LANCZOS(3, x -> Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

    private static final int PRECISION_BITS = 32 - 8 - 2;

    private final double support;

    @SuppressWarnings("ImmutableEnumChecker") // Stateless functions.
    private final DoubleUnaryOperator filter;

    Resampling(double support, DoubleUnaryOperator filter) {
        this.support = support;
        this.filter = filter;
    }

    public RgbImage resize(RgbImage image, int width, int height) {
        var result = image;
        if (width != image.width()) {
            result = horizontal(result, width);
        }
        if (height != image.height()) {
            result = vertical(result, height);
        }
        return result;
    }

    /** Keys' cubic convolution with a = -0.5. */
    private static double keys(double signed) {
        double x = Math.abs(signed);
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private RgbImage horizontal(RgbImage image, int width) {
        var taps = new Taps(image.width(), width);
        byte[] in = image.bytes();
        byte[] out = new byte[3 * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            int row = 3 * y * image.width();
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    out[3 * (y * width + x) + c] = taps.apply(in, x, row + c, 3);
                }
            }
        }
        return new RgbImage(width, image.height(), out);
    }

    private RgbImage vertical(RgbImage image, int height) {
        var taps = new Taps(image.height(), height);
        int stride = 3 * image.width();
        byte[] in = image.bytes();
        byte[] out = new byte[stride * height];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < stride; i++) {
                out[y * stride + i] = taps.apply(in, y, i, stride);
            }
        }
        return new RgbImage(image.width(), height, out);
    }

    /** For each output position: the first input position and the fixed-point weights from there on. */
    private final class Taps {
        private final int[] first;
        private final int[][] weights;

        Taps(int inSize, int outSize) {
            double scale = (double) inSize / outSize;
            double stretch = Math.max(scale, 1); // A filter is widened only to shrink: that is the antialiasing.
            double reach = support * stretch;
            first = new int[outSize];
            weights = new int[outSize][];
            for (int i = 0; i < outSize; i++) {
                double centre = (i + 0.5) * scale;
                int from = Math.max(0, (int) (centre - reach + 0.5));
                int to = Math.min(inSize, (int) (centre + reach + 0.5));
                double[] exact = new double[to - from];
                double sum = 0;
                for (int j = from; j < to; j++) {
                    exact[j - from] = filter.applyAsDouble((j - centre + 0.5) / stretch);
                    sum += exact[j - from];
                }
                first[i] = from;
                weights[i] = new int[exact.length];
                for (int j = 0; j < exact.length; j++) {
                    double fixed = exact[j] / sum * (1 << PRECISION_BITS);
                    weights[i][j] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
                }
            }
        }

        byte apply(byte[] samples, int output, int start, int step) {
            int sum = 1 << (PRECISION_BITS - 1);
            int at = start + first[output] * step;
            for (int weight : weights[output]) {
                sum += weight * (samples[at] & 0xFF);
                at += step;
            }
            return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
        }
    }
}
