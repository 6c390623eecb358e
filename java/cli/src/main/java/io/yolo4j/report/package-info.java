/**
 * What a person sees of a training run or a validation: {@code results.csv}, plots, and one page
 * that needs nothing but itself. {@link io.yolo4j.report.RunReport} writes all of it.
 */
@NullMarked
package io.yolo4j.report;

import org.jspecify.annotations.NullMarked;
