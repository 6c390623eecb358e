package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.yolo4j.draw.Drawing.Direction;
import io.yolo4j.draw.ElkLayout;
import io.yolo4j.draw.NetworkScopes;
import io.yolo4j.draw.Scope;
import io.yolo4j.model.Model;
import io.yolo4j.model.Zoo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class NetworkPageTest {
  private static final String HOSTILE = "<script>alert(\"&\")</script>";

  /** Bytes that a page of the largest network may have. */
  private static final int MOST_BYTES = 3_000_000;

  /**
   * Looks for boxes that overlap or stick out, lines that end beside their boxes, and texts that
   * are wider than theirs.
   */
  private static final String LOOK =
      """
      <script>
        const rect = (e) => e.getBoundingClientRect();
        const shown = () => [...document.querySelectorAll('.box')].filter((g) => rect(g).width > 0);
        const frame = (g) => rect(g.querySelector(':scope > .frame'));
        const faults = () => {
          const list = [];
          for (const g of shown()) {
            const f = frame(g), mine = g.dataset.path + ' ' + g.querySelector('title').textContent.split('\\n')[1];
            for (const text of g.querySelectorAll(':scope > text')) {
              const t = rect(text);
              if (t.left < f.left || t.right > f.right || t.top < f.top || t.bottom > f.bottom) list.push('text of ' + mine);
            }
            const owner = g.parentElement.closest('.box');
            const o = owner ? frame(owner) : rect(document.querySelector('.stage svg'));
            if (f.left < o.left - 1 || f.right > o.right + 1 || f.top < o.top - 1 || f.bottom > o.bottom + 1) list.push('sticks out: ' + mine);
            for (let n = g.nextElementSibling; n; n = n.nextElementSibling) {
              const s = frame(n);
              if (f.left < s.right && s.left < f.right && f.top < s.bottom && s.top < f.bottom) list.push('overlap: ' + mine);
            }
          }
          for (const wire of document.querySelectorAll('.wire')) {
            const path = wire.querySelector('path');
            if (rect(path).width + rect(path).height === 0) continue;
            const boxes = [...wire.parentElement.querySelectorAll(':scope > .box')];
            const [source, target] = wire.dataset.ends.split(' ').map((i) => frame(boxes[i]));
            const numbers = path.getAttribute('d').match(/-?[\\d.]+/g).map(Number), m = path.getScreenCTM();
            const points = [];
            for (let i = 0; i < numbers.length; i += 2) points.push(new DOMPoint(numbers[i], numbers[i + 1]).matrixTransform(m));
            const on = (p, f) => p.x > f.left - 1 && p.x < f.right + 1 && p.y > f.top - 1 && p.y < f.bottom + 1;
            const crosses = (a, b, f) => Math.max(a.x, b.x) > f.left + 1.5 && Math.min(a.x, b.x) < f.right - 1.5
              && Math.max(a.y, b.y) > f.top + 1.5 && Math.min(a.y, b.y) < f.bottom - 1.5;
            const name = wire.querySelector('title').textContent;
            if (!on(points[0], source) || !on(points[points.length - 1], target)) list.push('loose: ' + name);
            for (let i = 1; i < points.length; i++) {
              if (boxes.some((g) => crosses(points[i - 1], points[i], frame(g)))) list.push('through a box: ' + name);
            }
          }
          return list;
        };
        const state = () => ({ boxes: shown().length, open: document.querySelectorAll('.box.open').length, faults: faults() });
      </script>
      """;

  /** Opens and closes boxes as a user would. */
  private static final String PLAY =
      """
      <script>addEventListener('load', () => {
        const press = (g, key) => { g.focus(); g.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); };
        const button = (path) => [...document.querySelectorAll('[role=button]')].find((g) => g.dataset.path === path);
        const states = { closed: state() };
        const rows = () => [...document.querySelectorAll('.stage svg > .drawing > *')].map((e) =>
          e.getAttribute('transform') ?? e.getAttribute('height') ?? e.querySelector('path')?.getAttribute('d')).join();
        const before = rows();
        press(button('model.4'), 'Enter');
        states.one = state();
        press(button('model.4.m'), ' ');
        states.nested = state();
        states.expanded = button('model.4.m').getAttribute('aria-expanded');
        press(button('model.9'), 'Enter');
        press(button('model.24'), 'Enter');
        states.several = state();
        document.getElementById('open-all').click();
        states.all = state();
        document.getElementById('close-all').click();
        states.again = state();
        states.restored = rows() === before;
        const click = (g, y) => {
          const f = frame(g);
          g.querySelector(':scope > .frame').dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: f.left + 20, clientY: f.top + y }));
          return g.classList.contains('open');
        };
        const clicked = button('model.2');
        states.clicks = [click(clicked, 10), click(clicked, 60), click(clicked, 10)];
        const find = document.getElementById('find');
        find.value = 'model.6.m.1.cv2';
        find.dispatchEvent(new Event('input'));
        find.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
        states.found = [document.querySelector('.found').dataset.path, document.getElementById('found').textContent];
        const width = () => +document.querySelector('.stage svg').getAttribute('width');
        const zoomed = width();
        document.getElementById('larger').click();
        states.zoom = width() / zoomed;
        states.fetched = performance.getEntriesByType('resource').length;
        leave(states);
      });</script>
      """;

  private static Scope rows(String name) {
    return NetworkScopes.of(Model.of(Zoo.find(name).orElseThrow()), 640, 640);
  }

  private static String page(String name, Direction direction, boolean openAll) {
    Scope rows = rows(name);
    NetworkTitle title = NetworkTitle.of(name, 640, 640, rows);
    return NetworkPage.of(title, ElkLayout.closed(rows, direction), openAll);
  }

  private static String svg(String name, Scope rows) {
    NetworkTitle title = NetworkTitle.of(name, 640, 640, rows);
    return NetworkSvg.of(title, ElkLayout.open(rows, Direction.DOWN));
  }

  private static int boxes(Scope scope) {
    return scope.units().stream()
        .mapToInt(unit -> 1 + unit.inside().map(NetworkPageTest::boxes).orElse(0))
        .sum();
  }

  private static List<Element> ofClass(Page page, String style) {
    return page.elements("g").stream()
        .filter(g -> List.of(g.getAttribute("class").split(" ", -1)).contains(style))
        .toList();
  }

  @Test
  void page_ofEveryShippedModel_isSoundAndHoldsEveryBox() throws IOException {
    for (String name : Zoo.names()) {
      String text = page(name, Direction.DOWN, false);
      Page page = Page.of(text).isSound();
      assertThat(ofClass(page, "box")).as(name).hasSize(boxes(rows(name)));
      assertThat(text.getBytes(StandardCharsets.UTF_8).length).as(name).isLessThan(MOST_BYTES);
      assertThat(text).doesNotContain("NaN", "Infinity");
    }
  }

  @Test
  void svg_standsAlone_andShowsWhatWasChosen() throws IOException {
    Scope rows = rows("yolov5n");
    for (Scope chosen : List.of(rows.cut(0), rows.withoutOperations(), rows)) {
      String text = svg("yolov5n", chosen);
      Page page = Page.of(text);
      assertThat(ofClass(page, "box")).hasSize(boxes(chosen));
      assertThat(page.elements("svg")).hasSize(1);
      assertThat(page.elements("svg").get(0).getAttribute("role")).isEqualTo("img");
      assertThat(page.elements("desc").get(0).getTextContent())
          .startsWith("25 rows, 1,872,157 parameters, 4.546 GFLOP at 640×640");
      assertThat(page.elements("script")).isEmpty();
      assertThat(text).contains("prefers-color-scheme: dark").doesNotContain("tabindex", "@import");
      assertThat(text.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http");
    }
  }

  @Test
  void sameModel_givesTheSameBytes() {
    assertThat(page("yolov5s", Direction.RIGHT, true))
        .isEqualTo(page("yolov5s", Direction.RIGHT, true));
    assertThat(svg("yolov5s", rows("yolov5s"))).isEqualTo(svg("yolov5s", rows("yolov5s")));
  }

  @Test
  void hostileName_isEscaped() throws IOException {
    Scope rows = rows("yolov5n").cut(0);
    NetworkTitle title = NetworkTitle.of(HOSTILE, 640, 640, rows);
    String page = NetworkPage.of(title, ElkLayout.closed(rows, Direction.DOWN), false);
    String svg = NetworkSvg.of(title, ElkLayout.open(rows, Direction.DOWN));
    for (String text : List.of(page, svg)) {
      assertThat(text).doesNotContain("<script>alert");
      Page.of(text);
    }
    assertThat(Page.of(page).isSound().elements("h1").get(0).getTextContent()).isEqualTo(HOSTILE);
  }

  @Test
  void page_inABrowser_opensAndClosesBoxes() throws IOException, InterruptedException {
    Browser browser = Browser.find();
    for (Direction direction : Direction.values()) {
      JsonNode seen = browser.open(page("yolov5n", direction, false), LOOK + PLAY, 1280);
      assertThat(seen.get("errors")).isEmpty();
      assertThat(seen.get("fetched").asInt()).isZero();
      for (String state : List.of("closed", "one", "nested", "several", "all", "again")) {
        assertThat(seen.at("/" + state + "/faults")).as("%s %s", direction, state).isEmpty();
      }
      assertThat(seen.at("/closed/boxes").asInt()).isEqualTo(26);
      assertThat(seen.at("/one/boxes").asInt()).isEqualTo(26 + 7);
      assertThat(seen.at("/one/open").asInt()).isEqualTo(1);
      assertThat(seen.at("/nested/boxes").asInt()).isEqualTo(26 + 7 + 4);
      assertThat(seen.get("expanded").asText()).isEqualTo("true");
      assertThat(seen.at("/several/open").asInt()).isEqualTo(4);
      assertThat(seen.at("/all/boxes").asInt()).isEqualTo(boxes(rows("yolov5n")));
      assertThat(seen.at("/again/boxes").asInt()).isEqualTo(26);
      assertThat(seen.get("restored").asBoolean()).as("closed as it was").isTrue();
      assertThat(seen.get("clicks").toString())
          .as("opened; its ground means nothing; closed by its title")
          .isEqualTo("[true,true,false]");
      assertThat(seen.at("/found/0").asText()).isEqualTo("model.6.m.1.cv2");
      assertThat(seen.at("/found/1").asText()).isEqualTo("1 of 1");
      assertThat(seen.get("zoom").asDouble()).isCloseTo(1.25, within(0.01));
    }
  }

  @Test
  void page_ofNetworksOfOtherKinds_opensInABrowser() throws IOException, InterruptedException {
    String leave = "<script>addEventListener('load', () => leave(state()));</script>";
    for (String name : List.of("mobilenetv3small_yolo5s", "yolov3-tiny", "yolov5s-transformer")) {
      JsonNode seen = Browser.find().open(page(name, Direction.DOWN, true), LOOK + leave, 1280);
      assertThat(seen.get("errors")).as(name).isEmpty();
      assertThat(seen.get("faults")).as(name).isEmpty();
      assertThat(seen.get("boxes").asInt()).as(name).isEqualTo(boxes(rows(name)));
    }
  }
}
