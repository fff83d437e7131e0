/** The scoring service: pairs in, reference log-probabilities out, one Kafka transaction a batch. */
@NullMarked
package io.mdpo.scorer.service;

import org.jspecify.annotations.NullMarked;
