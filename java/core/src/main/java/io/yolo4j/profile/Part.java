package io.yolo4j.profile;

/** The three parts of a detection network. */
public enum Part {
  /** The rows of the description's backbone. */
  BACKBONE,
  /** The rows between the backbone and the head's last row. */
  NECK,
  /** The last row: the convolutions of the raw heads. */
  HEAD
}
