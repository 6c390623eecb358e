package io.yolo4j.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.data.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TimeLeftTest {
  private static final Dataset NOTHING = new Dataset("none", List.of("a"), List.of(), List.of());

  /** Two cells of 10 and 20 pictures, without validation: the second is twice the work. */
  private static StudyPlan plan() {
    StudyData data =
        new StudyData(Path.of("d"), Optional.empty(), List.of("a"), NOTHING, NOTHING, List.of());
    return new StudyPlan(
        StudyKind.SIZE,
        data,
        List.of(Cells.ofSize(10, 0).cell(), Cells.ofSize(20, 0).cell()),
        List.of(0L, 1L),
        Map.of("n10", new NetworkFigures(1, 100), "n20", new NetworkFigures(1, 100)));
  }

  @Test
  void seconds_scaleWithTheWork() {
    StudyPlan plan = plan();
    List<StudyRun> runs = plan.runs();
    TimeLeft left = new TimeLeft(plan);
    left.started(runs.get(0));
    // The run under way takes 10 s in all, so those that wait take 20, 10 and 20.
    assertThat(left.seconds(runs.get(0), 4, 6)).isCloseTo(6 + 20 + 10 + 20, within(1e-9));
    left.done(runs.get(0), 12);
    left.started(runs.get(1));
    // Size 10 took 12 s; size 20 is finished nowhere, so it takes twice that.
    assertThat(left.seconds(runs.get(1), 1, 5)).isCloseTo(5 + 12 + 24, within(1e-9));
    left.done(runs.get(1), 30);
    left.started(runs.get(2));
    assertThat(left.seconds(runs.get(2), 1, 5)).isCloseTo(5 + 30, within(1e-9));
  }
}
