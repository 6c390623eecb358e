/**
 * Studies: the same question asked of several trainings, each with several seeds. How many pictures
 * are enough, which augmentation helps, does freezing pay, which network. {@link
 * io.yolo4j.study.StudyPlan} says what is trained, {@link io.yolo4j.study.Study} trains it and goes
 * on after a kill, {@link io.yolo4j.study.StudyResult} says what came out, with its uncertainty.
 */
@NullMarked
package io.yolo4j.study;

import org.jspecify.annotations.NullMarked;
