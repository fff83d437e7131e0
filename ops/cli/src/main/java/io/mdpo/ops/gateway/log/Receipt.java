package io.mdpo.ops.gateway.log;

/**
 * What became of the events of one request; all of them are in their topics.
 *
 * @param accepted events that this request brought
 * @param repeated events that were there already
 */
public record Receipt(int accepted, int repeated) {}
