/** What packages that read and write files share. */
@NullMarked
package io.yolo4j.files;

import org.jspecify.annotations.NullMarked;
