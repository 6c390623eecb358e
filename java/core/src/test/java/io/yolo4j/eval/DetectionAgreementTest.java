package io.yolo4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.detect.Detection;
import io.yolo4j.image.Box;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DetectionAgreementTest {
  private static Detection found(int classId, float left) {
    return new Detection(classId, null, 0.5f, new Box(left, 0, left + 10, 10));
  }

  @Test
  void with_sameBoxes_agrees() {
    List<Detection> boxes = List.of(found(0, 0), found(1, 0), found(0, 50));
    DetectionAgreement agreement = DetectionAgreement.NONE.with(boxes, boxes);
    assertThat(agreement).isEqualTo(new DetectionAgreement(1, 3, 3, 0));
    assertThat(agreement.share()).isEqualTo(1);
  }

  @Test
  void with_otherClassOrPlace_doesNotAgree() {
    // An IoU of 2/3 is found again, one of 1/4 isn't, nor another class; a second box on one isn't.
    DetectionAgreement agreement =
        DetectionAgreement.NONE
            .with(
                List.of(found(0, 0), found(1, 100), found(2, 200)),
                List.of(found(0, 2), found(1, 106), found(3, 200), found(0, 1)))
            .with(List.of(found(5, 0)), List.of());
    assertThat(agreement).isEqualTo(new DetectionAgreement(2, 4, 1, 3));
    assertThat(agreement.share()).isEqualTo(0.25);
  }

  @Test
  void with_nothingFound_hasNoShare() {
    DetectionAgreement agreement = DetectionAgreement.NONE.with(List.of(), List.of(found(0, 0)));
    assertThat(agreement).isEqualTo(new DetectionAgreement(1, 0, 0, 1));
    assertThat(agreement.share()).isNaN();
    assertThatThrownBy(() -> new DetectionAgreement(1, 2, 3, 0))
        .hasMessageContaining("got 3 of 2, 0 others in 1 pictures");
  }
}
