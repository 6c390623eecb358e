package io.yolo4j.report;

import java.util.List;

/**
 * Pictures that are shown together.
 *
 * @param id unique on the page
 * @param title what they are
 * @param predicted whether a network looked at them
 * @param pictures the pictures
 */
record PictureSet(String id, String title, boolean predicted, List<ShownPicture> pictures) {
  /** Copies the list. */
  PictureSet {
    pictures = List.copyOf(pictures);
  }
}
