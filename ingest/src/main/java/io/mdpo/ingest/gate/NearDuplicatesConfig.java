package io.mdpo.ingest.gate;

import static io.mdpo.operator.SettingException.require;

import io.mdpo.gate.GateAction;

/**
 * Settings of the gate for images that look like others.
 *
 * @param distance most bits, of 64, in which the hashes of two images differ that look alike
 * @param images with how many of the images before, in one partition, each is compared
 * @param window pairs of a source, in one partition, over which the share is taken
 * @param maxShare share of pairs with such an image from which the gate raises its alarm
 */
public record NearDuplicatesConfig(GateAction action, int distance, int images, int window, double maxShare) {
    private static final int MOST_IMAGES = 10_000;

    public NearDuplicatesConfig {
        require(
                distance >= 0 && distance <= 16,
                "distance",
                "is " + distance + ": it must lie between 0 and 16 bits, beyond which anything looks alike");
        require(
                images >= 1 && images <= MOST_IMAGES,
                "images",
                "is " + images + ": it must lie between 1 and " + MOST_IMAGES);
        RollingShare.requireWindow(window);
        require(
                maxShare > 0 && maxShare <= 1,
                "max-share",
                "is " + maxShare + ": it must lie above 0, and not above 1");
    }

    public static NearDuplicatesConfig defaults() {
        return new NearDuplicatesConfig(GateAction.WATCH, 4, 1_000, 500, 0.2);
    }
}
