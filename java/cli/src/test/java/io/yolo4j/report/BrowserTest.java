package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens the page in a real browser without a network; skipped where there is none. */
class BrowserTest {
  private static final List<String> STEEL =
      List.of("crazing", "inclusion", "patches", "pitted_surface", "rolled-in_scale", "scratches");

  /** Measures everything that is drawn, moves the pointer over a chart, and leaves what it saw. */
  private static final String PROBE =
      """
      <script>addEventListener('load', async () => {
        const boxes = [...document.querySelectorAll('.chart svg, .chart .bars, .picture svg')].map((e) => {
          const r = e.getBoundingClientRect();
          const drawn = e.getBBox ? e.getBBox() : r;
          return { of: e.closest('[id]').id, width: r.width, height: r.height, drawn: drawn.width * drawn.height };
        });
        const pictures = [];
        for (const e of document.querySelectorAll('image')) {
          const bitmap = new Image();
          bitmap.src = e.getAttribute('href');
          await new Promise((resolve) => { bitmap.onload = resolve; bitmap.onerror = resolve; });
          pictures.push(bitmap.naturalWidth);
        }
        const tips = ['loss-box', 'F1_curve', 'confusion-counts'].map((id) => {
          const mark = document.querySelector('#' + id + ' svg polyline, #' + id + ' svg [data-tip]');
          mark.scrollIntoView({ block: 'center', behavior: 'instant' });
          const r = mark.getBoundingClientRect();
          mark.dispatchEvent(new PointerEvent('pointermove',
            { bubbles: true, clientX: r.left + r.width / 2, clientY: r.top + r.height / 2 }));
          return document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent;
        });
        const fetched = performance.getEntriesByType('resource').map((e) => e.name).filter((n) => !n.startsWith('data:'));
        leave({ boxes, pictures, tips, fetched, overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth });
      });</script>
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void page_withoutNetwork_showsEveryChart() throws IOException, InterruptedException {
    Browser browser = Browser.find();
    FakeRun run = FakeRun.create(folder, STEEL, 12);
    RunReport report = new RunReport(folder, Map.of("lr0", 0.01), false);
    report.started(run.start(0, 6));
    run.tellBatches(report);
    report.finished(run.result(TrainingResult.End.FINISHED, run.tellEpochs(report, 0, 6, 6)));
    for (int width : new int[] {1280, 500}) {
      JsonNode seen = browser.open(Files.readString(folder.resolve("report.html")), PROBE, width);
      assertThat(seen.get("boxes").size()).isEqualTo(6 + 4 + 2 + 2 + 3 + 2 + 12 + 24);
      for (JsonNode box : seen.get("boxes")) {
        assertThat(box.get("width").asDouble()).as("%s", box).isGreaterThan(100);
        assertThat(box.get("height").asDouble()).as("%s", box).isGreaterThan(40);
        assertThat(box.get("drawn").asDouble()).as("%s", box).isGreaterThan(4000);
      }
      assertThat(seen.get("pictures").size()).isEqualTo(12 + 24);
      seen.get("pictures").forEach(side -> assertThat(side.asInt()).isBetween(90, 320));
      assertThat(seen.get("tips").get(0).asText()).startsWith("epoch ").contains("training0.0");
      assertThat(seen.get("tips").get(1).asText()).startsWith("confidence 0.").contains("crazing");
      assertThat(seen.get("tips").get(2).asText()).matches("predicted .*, true .*: \\d+");
      assertThat(seen.get("fetched")).isEmpty();
      assertThat(seen.get("overflow").asInt()).as("nothing sticks out sideways").isZero();
    }
  }
}
