/** The one class that has to share Parquet's package to make its options without Hadoop. */
@NullMarked
package org.apache.parquet;

import org.jspecify.annotations.NullMarked;
