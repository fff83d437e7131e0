package io.mdpo.lab.benchmark.mmhal;

/** A language model that rates answers. */
public interface Judge {
    /** The name of the model. */
    String model();

    /**
     * What the model says to a prompt.
     *
     * @throws JudgeException it says nothing, and asking again will not help
     */
    String review(String prompt);
}
