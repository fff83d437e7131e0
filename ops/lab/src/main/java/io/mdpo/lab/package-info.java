/** The laboratory: demonstration, experiments, benchmarks, and what breaks the pipeline on purpose. No service needs it. */
@NullMarked
package io.mdpo.lab;

import org.jspecify.annotations.NullMarked;
