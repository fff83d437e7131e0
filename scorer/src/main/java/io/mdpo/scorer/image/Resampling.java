package io.mdpo.scorer.image;

import io.mdpo.schemas.image.EncodedImages;
import java.util.Arrays;
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

    RgbImage resize(RgbImage image, int width, int height) {
        return resize(
                image, Span.whole(image.width(), width), Span.whole(image.height(), height), RgbImage.Colour.BLACK);
    }

    /**
     * Makes a part of the resized image and nothing else of it: however long a side of the whole would be, this takes the
     * memory of the part and of one pass more. Both are at most {@link EncodedImages#MAX_PIXELS} pixels where image and
     * part are: a pass of more is made as the second, and is the smaller one then.
     *
     * @param padding the colour of what the spans add to the image
     */
    RgbImage resize(RgbImage image, Span horizontal, Span vertical, RgbImage.Colour padding) {
        var columns = new Taps(horizontal);
        var rows = new Taps(vertical);
        if ((long) horizontal.count() * rows.reach() > EncodedImages.MAX_PIXELS) {
            var narrow = rows.isIdentity() ? image : vertical(image, rows, 0, padding);
            return columns.isIdentity() ? narrow : horizontal(narrow, columns, 0, narrow.height(), padding);
        }
        var seen = columns.isIdentity() ? image : horizontal(image, columns, rows.start(), rows.reach(), padding);
        return rows.isIdentity() ? seen : vertical(seen, rows, columns.isIdentity() ? 0 : rows.start(), padding);
    }

    /**
     * One side of a resize: samples {@code from} to {@code from + count} of a side that is scaled to {@code scaled}. The
     * side has the image's {@code size} samples and padding around them.
     *
     * @param size of the image
     * @param padded size of image and padding
     * @param before how much of the padding stands before the image
     */
    record Span(int size, int padded, int before, int scaled, int from, int count) {
        Span {
            if (size < 1 || before < 0 || padded - size < before || from < 0 || count < 1 || scaled - count < from) {
                throw new IllegalArgumentException(
                        "%d + %d of %d samples to %d to %d of %d".formatted(before, size, padded, from, count, scaled));
            }
        }

        /** All of a side without padding. */
        static Span whole(int size, int scaled) {
            return new Span(size, size, 0, scaled, 0, scaled);
        }

        /** The middle of a side whose image stands in the middle of its padding, rounded down both times. */
        static Span middle(int size, int padded, int scaled, int count) {
            return new Span(size, padded, (padded - size) / 2, scaled, (scaled - count) / 2, count);
        }
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

    /** @param top first of the rows that are made */
    private RgbImage horizontal(RgbImage image, Taps taps, int top, int rows, RgbImage.Colour padding) {
        int width = taps.count();
        byte[] in = image.bytes();
        byte[] out = RgbImage.allocate(width, rows);
        for (int y = 0; y < rows; y++) {
            int row = 3 * (top + y) * image.width();
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    out[3 * (y * width + x) + c] = taps.apply(in, x, row + c, 3, padding.channel(c));
                }
            }
        }
        return new RgbImage(width, rows, out);
    }

    /** @param top the row of the original that is this image's first */
    private RgbImage vertical(RgbImage image, Taps taps, int top, RgbImage.Colour padding) {
        int height = taps.count();
        int stride = 3 * image.width();
        byte[] in = image.bytes();
        byte[] out = RgbImage.allocate(image.width(), height);
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < stride; i++) {
                out[y * stride + i] = taps.apply(in, y, i - top * stride, stride, padding.channel(i % 3));
            }
        }
        return new RgbImage(image.width(), height, out);
    }

    /** For each output position: the first input position and the fixed-point weights from there on. */
    private final class Taps {
        private final Span span;
        private final int[] first;
        private final int[][] weights;
        private final int[] paddingWeight;

        Taps(Span span) {
            this.span = span;
            first = new int[span.count()];
            weights = new int[span.count()][];
            paddingWeight = new int[span.count()];
            double scale = (double) span.padded() / span.scaled();
            double stretch = Math.max(scale, 1); // A filter is widened only to shrink: that is the antialiasing.
            double reach = support * stretch;
            for (int i = 0; i < span.count(); i++) {
                double centre = (span.from() + i + 0.5) * scale;
                int from = Math.max(0, (int) (centre - reach + 0.5));
                int to = Math.min(span.padded(), (int) (centre + reach + 0.5));
                double[] exact = new double[to - from];
                double sum = 0;
                for (int j = from; j < to; j++) {
                    exact[j - from] = filter.applyAsDouble((j - centre + 0.5) / stretch);
                    sum += exact[j - from];
                }
                set(i, from - span.before(), exact, sum);
            }
        }

        /** Keeps the weights of the image's own samples, and the sum of those that see padding. */
        private void set(int output, int from, double[] exact, double sum) {
            int inside = Math.min(Math.max(from, 0), span.size());
            int end = Math.max(inside, Math.min(from + exact.length, span.size()));
            first[output] = inside;
            weights[output] = new int[end - inside];
            for (int j = 0; j < exact.length; j++) {
                double fixed = exact[j] / sum * (1 << PRECISION_BITS);
                int weight = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
                int sample = from + j;
                if (sample >= inside && sample < end) {
                    weights[output][sample - inside] = weight;
                } else {
                    paddingWeight[output] += weight;
                }
            }
        }

        int count() {
            return span.count();
        }

        boolean isIdentity() {
            return span.equals(Span.whole(span.size(), span.size()));
        }

        /** The first of the image's samples that any output reads. */
        int start() {
            return Arrays.stream(first).min().orElse(0);
        }

        /** How many samples lie between the first and the last that any output reads. */
        int reach() {
            int end = 0;
            for (int i = 0; i < first.length; i++) {
                end = Math.max(end, first[i] + weights[i].length);
            }
            return Math.max(1, end - start());
        }

        byte apply(byte[] samples, int output, int start, int step, int padding) {
            int sum = (1 << (PRECISION_BITS - 1)) + paddingWeight[output] * padding;
            int at = start + first[output] * step;
            for (int weight : weights[output]) {
                sum += weight * (samples[at] & 0xFF);
                at += step;
            }
            return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
        }
    }
}
