package io.mdpo.lab.experiment;

import io.mdpo.learner.objective.PreferenceConfig;
import java.util.Locale;

/** A way to learn from the pairs: the terms of the loss, the second picture, and whether the picture is shown at all. */
enum Variant {
    SFT("supervised, on the chosen answers", 0, 0, 0, 0, 0, 1, CorruptedBy.SMALL_CROP, false),
    DPO("DPO", 1, 0, 0, 0, 0, 0, CorruptedBy.SMALL_CROP, false),
    DPO_WITHOUT_IMAGE("DPO, pictures blanked in training", 1, 0, 0, 0, 0, 0, CorruptedBy.SMALL_CROP, true),
    MDPO("mDPO", 1, 1, 1, 0, 0, 0, CorruptedBy.SMALL_CROP, false),
    MDPO_WITHOUT_CONDITIONAL("mDPO without its conditional term", 1, 0, 1, 0, 0, 0, CorruptedBy.SMALL_CROP, false),
    MDPO_WITHOUT_ANCHOR("mDPO without its anchor", 1, 1, 0, 0, 0, 0, CorruptedBy.SMALL_CROP, false),
    MDPO_LARGE_CROP("mDPO, crops of 20 to 50 %", 1, 1, 1, 0, 0, 0, CorruptedBy.LARGE_CROP, false),
    MDPO_OTHER_IMAGE("mDPO, another picture", 1, 1, 1, 0, 0, 0, CorruptedBy.OTHER_IMAGE, false),
    MDPO_BLUR("mDPO, blurred picture", 1, 1, 1, 0, 0, 0, CorruptedBy.BLUR, false),
    MDPO_NOISE("mDPO, noisy picture", 1, 1, 1, 0, 0, 0, CorruptedBy.NOISE, false),
    MDPO_BLANK("mDPO, blank picture", 1, 1, 1, 0, 0, 0, CorruptedBy.BLANK, false),
    MDPO_OBJECT_REMOVED("mDPO, one kind of object removed", 1, 1, 1, 0, 0, 0, CorruptedBy.OBJECT_REMOVED, false),
    MDPO_ANCHOR_REJECTED("mDPO, anchors on y_w and y_l", 1, 1, 1, 1, 0, 0, CorruptedBy.SMALL_CROP, false),
    MDPO_ANCHOR_ALL("mDPO, anchors on y_w, y_l and m_l", 1, 1, 1, 1, 1, 0, CorruptedBy.SMALL_CROP, false);

    private final String title;
    private final double response;
    private final double image;
    private final double anchor;
    private final double rejectedAnchor;
    private final double corruptedAnchor;
    private final double sft;
    private final CorruptedBy corruptedBy;
    private final boolean withoutImage;

    Variant(
            String title,
            double response,
            double image,
            double anchor,
            double rejectedAnchor,
            double corruptedAnchor,
            double sft,
            CorruptedBy corruptedBy,
            boolean withoutImage) {
        this.title = title;
        this.response = response;
        this.image = image;
        this.anchor = anchor;
        this.rejectedAnchor = rejectedAnchor;
        this.corruptedAnchor = corruptedAnchor;
        this.sft = sft;
        this.corruptedBy = corruptedBy;
        this.withoutImage = withoutImage;
    }

    String title() {
        return title;
    }

    /** For file names and tables: {@code mdpo-without-anchor}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    PreferenceConfig objective(double beta) {
        return PreferenceConfig.defaults().with(config -> config.beta(beta)
                .responseWeight(response)
                .imageWeight(image)
                .anchorWeight(anchor)
                .rejectedAnchorWeight(rejectedAnchor)
                .corruptedAnchorWeight(corruptedAnchor)
                .sftWeight(sft));
    }

    /** Whether a reward is in the loss. */
    boolean hasBeta() {
        return sft == 0;
    }

    CorruptedBy corruptedBy() {
        return corruptedBy;
    }

    /** Whether a blank picture takes the place of the pair's own, for policy and reference. */
    boolean isWithoutImage() {
        return withoutImage;
    }
}
