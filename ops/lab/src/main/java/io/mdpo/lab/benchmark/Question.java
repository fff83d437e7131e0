package io.mdpo.lab.benchmark;

/**
 * What a benchmark asks about one image.
 *
 * @param id names the question within its benchmark
 * @param place where the benchmark's files ask it
 * @param text put to the model as it stands, but for an image's placeholder at its beginning
 */
public record Question(String id, Place place, String text, Picture picture) {}
