package io.yolo4j.report;

import static io.yolo4j.report.SampleProfiles.check;
import static io.yolo4j.report.SampleProfiles.ours;
import static io.yolo4j.report.SampleProfiles.profile;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.WorkRatio;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Opens a profile's pages in a real browser without a network; skipped where there is none. */
class ProfileBrowserTest {
  /**
   * Looks for texts of drawings that stick out or lie on each other, sorts the first table by layer
   * and by time, points at a dot, and leaves what it saw.
   */
  private static final String PROBE =
      """
      <script>addEventListener('load', () => {
        const rect = (e) => e.getBoundingClientRect();
        for (const e of document.querySelectorAll('details')) e.open = true;
        const faults = [];
        for (const svg of document.querySelectorAll('svg')) {
          const o = rect(svg);
          const texts = [...svg.querySelectorAll('text')].map((e) => ({ name: e.textContent, r: rect(e) }));
          texts.forEach(({ name, r }, i) => {
            if (r.left < o.left - 1 || r.right > o.right + 1 || r.top < o.top - 1 || r.bottom > o.bottom + 1) faults.push('sticks out: ' + name);
            for (const other of texts.slice(i + 1)) {
              const s = other.r;
              if (Math.min(r.right, s.right) - Math.max(r.left, s.left) > 1 && Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 3) faults.push(name + ' on ' + other.name);
            }
          });
        }
        const table = document.querySelector('table.sortable');
        const column = (name) => [...table.tHead.rows[0].cells].find((c) => c.textContent.startsWith(name));
        const sorted = (name) => {
          column(name).querySelector('button').click();
          return [...table.tBodies[0].rows].map((row) => row.cells[0].textContent);
        };
        const sorts = [sorted('layer'), sorted('p50'), sorted('p50')];
        const dot = document.querySelector('.dots circle');
        dot.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 9, clientY: 9 }));
        leave({
          faults, sorts, tip: document.querySelector('.tip').textContent,
          provenance: column('p50').querySelector('small').textContent,
          dark: matchMedia('(prefers-color-scheme: dark)').matches,
          ground: getComputedStyle(document.body).backgroundColor,
          fetched: performance.getEntriesByType('resource').length,
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth });
      });</script>
      """;

  private static Map<String, String> pages() {
    Profile small = profile("small", 0.007, 0);
    Profile large = profile("large", 0.009, 5000);
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("profile", ProfilePage.of(large, ours(large)));
    pages.put(
        "compare",
        ProfilePage.of(
            new Comparison(small, large),
            List.of(new WorkRatio(ours(small), ours(large))),
            new Caution("A fact.", Optional.of("A warning."))));
    pages.put("predict", ProfilePage.of(check(small, 1.2), ours(small)));
    return pages;
  }

  @Test
  void pages_withoutNetwork_lightAndDark_drawAndSort() throws IOException, InterruptedException {
    Browser browser = Browser.find();
    for (Map.Entry<String, String> page : pages().entrySet()) {
      for (Browser.Colours colours : Browser.Colours.values()) {
        JsonNode seen = browser.open(page.getValue(), PROBE, 1280, colours);
        isSound(seen, page.getKey() + " " + colours);
        boolean dark = colours == Browser.Colours.DARK;
        assertThat(seen.get("dark").asBoolean()).isEqualTo(dark);
        assertThat(seen.get("ground").asText())
            .isEqualTo(dark ? "rgb(15, 20, 26)" : "rgb(246, 247, 249)");
      }
    }
  }

  @Test
  void pages_inANarrowWindow_dontStickOut() throws IOException, InterruptedException {
    Browser browser = Browser.find();
    for (Map.Entry<String, String> page : pages().entrySet()) {
      isSound(browser.open(page.getValue(), PROBE, 500), page.getKey());
    }
  }

  private static void isSound(JsonNode seen, String page) {
    assertThat(seen.get("errors")).as(page).isEmpty();
    assertThat(seen.get("faults")).as(page).isEmpty();
    assertThat(seen.get("fetched").asInt()).as(page).isZero();
    assertThat(seen.get("overflow").asInt()).as(page).isZero();
    assertThat(seen.get("provenance").asText()).as(page).isEqualTo("measured");
    assertThat(seen.get("tip").asText()).as(page).startsWith("model.0 · Conv2d");
    assertThat(seen.get("sorts").toString())
        .as(page)
        .isEqualTo(
            "[[\"input\",\"model.0\",\"model.1\",\"model.2.fc\"],"
                + "[\"model.0\",\"model.1\",\"input\",\"model.2.fc\"],"
                + "[\"model.2.fc\",\"input\",\"model.1\",\"model.0\"]]");
  }
}
