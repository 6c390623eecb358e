/** What tests of every module share: fixtures, and where the real data lies. */
@NullMarked
package io.yolo4j.testing;

import org.jspecify.annotations.NullMarked;
