/** English words: tokens, parts of speech and lemmas, close to what NLTK makes of a text. */
@NullMarked
package io.mdpo.lab.benchmark.text;

import org.jspecify.annotations.NullMarked;
