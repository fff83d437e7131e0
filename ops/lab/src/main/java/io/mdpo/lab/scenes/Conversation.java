package io.mdpo.lab.scenes;

/**
 * One request and its answer, neither with white space around it.
 *
 * @param prompt what the user says about the picture
 * @param answer what the assistant says
 */
public record Conversation(String prompt, String answer) {}
