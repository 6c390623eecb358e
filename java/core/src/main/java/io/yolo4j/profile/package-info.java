/** What a network costs, in our own convention and as other tools count it. */
@NullMarked
package io.yolo4j.profile;

import org.jspecify.annotations.NullMarked;
