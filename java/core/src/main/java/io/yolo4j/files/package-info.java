/** What every package that writes files shares. */
@NullMarked
package io.yolo4j.files;

import org.jspecify.annotations.NullMarked;
