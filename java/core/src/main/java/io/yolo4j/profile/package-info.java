/**
 * What a network costs, in our own convention and as other tools count it; what it takes, step by
 * step, and what the processor would allow.
 */
@NullMarked
package io.yolo4j.profile;

import org.jspecify.annotations.NullMarked;
