package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.image.ImageDecoders;
import io.yolo4j.study.StudyKind;
import io.yolo4j.study.StudyResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

final class StudyReportTest {
  private static final StudyResult SIZES =
      FakeStudy.of(
          StudyKind.SIZE,
          List.of("n30", "n60", "n90"),
          new double[][] {{0.59, 0.61}, {0.699, 0.701}, {0.849, 0.851}});

  private static final StudyResult PRESETS =
      FakeStudy.of(
          StudyKind.AUGMENT,
          List.of("none", "aug5", "default"),
          new double[][] {{0.599, 0.601}, {0.719, 0.721}, {0.699, 0.701}});

  @TempDir private Path folder = Path.of("");

  private Page written(StudyResult result) throws Exception {
    StudyReport.write(folder, result, 0.8);
    return Page.of(Files.readString(folder.resolve("study.html"))).isSound();
  }

  @Test
  void page_ofSizes_showsTheCurveAndTheAnswer() throws Exception {
    Page page = written(SIZES);
    assertThat(page.sections()).containsExactly("answer", "runs", "plan", "data");
    assertThat(page.byId("size-curve").getTextContent()).contains("seed 1", "interval, low");
    // Between 60 and 90: 60 + 30 · (0.8 − 0.7)/0.15
    assertThat(page.text()).contains("mAP50 0.800 is reached at about 80 pictures a class");
    assertThat(page.below("runs", "tr")).hasSize(1 + 6);
    assertThat(page.byId("status").getTextContent()).isEqualTo("finished");
    assertThat(page.text()).contains("warning: &lt;odd&gt;", "what &lt;n30&gt; is");
  }

  @Test
  void page_ofPresets_showsIntervals_theBestAbove() throws Exception {
    Page page = written(PRESETS);
    assertThat(page.below("intervals", "g"))
        .extracting(row -> row.getAttribute("data-tip"))
        .containsExactly(
            "aug5: mean 0.720, interval 0.707 to 0.733",
            "default: mean 0.700, interval 0.687 to 0.713",
            "none: mean 0.600, interval 0.587 to 0.613");
    List<Element> intervals = page.below("intervals", "circle");
    assertThat(intervals).hasSize(3 * (2 + 1));
    assertThat(page.text())
        .contains(
            "aug5 has the highest mean; not distinguishable from it, for intervals overlap: default.");
  }

  @Test
  void picture_isWritten() throws Exception {
    written(SIZES);
    assertThat(ImageDecoders.preferred().read(folder.resolve("study.png")).width()).isEqualTo(1200);
    written(PRESETS);
    assertThat(ImageDecoders.preferred().read(folder.resolve("study.png")).height())
        .isEqualTo(60 + 3 * 64 + 90);
  }

  @Test
  void csv_hasALineARun_withAllDigits() throws Exception {
    written(SIZES);
    List<String> lines = Files.readAllLines(folder.resolve("study.csv"));
    assertThat(lines).hasSize(1 + 6);
    assertThat(lines.get(0)).startsWith("study,cell,").endsWith(",onednn_ms,\"ap50 a,b\"");
    assertThat(lines.get(1))
        .isEqualTo("size,n30,30,0,60,10,8,0.5,0.6,0.59,0.295,90.0,1000000,2500000,,,0.59");
  }

  @Test
  void table_ofNetworks_hasTimes_orSaysWhyNot() throws Exception {
    StudyResult result =
        FakeStudy.of(StudyKind.BACKBONE, List.of("n", "s"), new double[][] {{0.9}, {0.5}});
    StudyTable table = StudyTable.of(result);
    assertThat(table.rows().get(0))
        .containsExactly(
            "n",
            "–",
            "1",
            "0.900",
            "–",
            "0.450",
            "0.500",
            "0.600",
            "1000000",
            "2.5",
            "2.25 (1.50, 3.00)",
            "1.25 (1.00, 2.00)",
            "1:30");
    assertThat(table.rows().get(1)).contains("cannot run");
    assertThat(written(result).text())
        .contains("s on onednn: no such step", "No ranking: one seed");
  }

  @Test
  void page_ofAnUnfinishedStudy_saysHowFarItIs() throws Exception {
    StudyResult none = new StudyResult(SIZES.plan(), List.of(), List.of());
    Page page = written(none);
    assertThat(page.byId("status").getTextContent()).isEqualTo("0 of 6 runs");
    assertThat(page.text()).contains("No run is finished.");
  }
}
