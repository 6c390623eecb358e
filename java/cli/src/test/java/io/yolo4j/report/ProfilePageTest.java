package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.graph.Shape;
import io.yolo4j.kernels.ElementType;
import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.LayerCounters;
import io.yolo4j.profile.LayerCounts;
import io.yolo4j.profile.LayerWork;
import io.yolo4j.profile.Part;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.RoofTime;
import io.yolo4j.profile.Roofs;
import io.yolo4j.profile.Timing;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ProfilePageTest {
  private static final String HOSTILE = "<script>alert(\"&\")</script>";

  private static final Roofs ROOFS =
      new Roofs(
          "a processor",
          2,
          "avx512",
          135e9,
          Map.of(),
          List.of(
              new Roofs.Level("L1", 96L << 10, 400e9, 200e9, 350e9, 300e9, 340e9),
              new Roofs.Level("L2", 4L << 20, 150e9, 90e9, 120e9, 110e9, 130e9),
              new Roofs.Level("L3", 32L << 20, 50e9, 30e9, 40e9, 45e9, 44e9),
              new Roofs.Level("DRAM", Long.MAX_VALUE, 15e9, 9e9, 12e9, 13e9, 11e9)));

  private static final List<ProfiledLayer> LAYERS =
      List.of(
          layer("input", Category.INPUT, 0, 5_000_000, 0.0004),
          layer("model.0", Category.DENSE_CONVOLUTION, 90_000_000, 6_000_000, 0.004),
          layer("model.1", Category.DEPTHWISE_CONVOLUTION, 4_000_000, 3_000_000, 0.002),
          layer("model.2.fc", Category.SQUEEZE_EXCITE, 2_000, 3_000, 0.00002));

  private static ProfiledLayer layer(
      String path, Category category, long flops, long bytes, double seconds) {
    LayerWork work =
        new LayerWork(
            0,
            List.of(0),
            path,
            "Conv2d 16→32 3x3 s2",
            category,
            Part.BACKBONE,
            Shape.of(1, 32, 80, 80),
            flops,
            List.of(bytes / 2),
            bytes / 4,
            bytes / 4);
    Timing time = new Timing(0.9 * seconds, seconds, 1.2 * seconds);
    return new ProfiledLayer(work, time, 1e-6, 0.00001, RoofTime.of(work, ROOFS, ElementType.F32));
  }

  private static Profile profile(String model, double endToEnd, double faults) {
    return profile(model, LAYERS, endToEnd, faults);
  }

  private static Profile profile(
      String model, List<ProfiledLayer> layers, double endToEnd, double faults) {
    Timing whole = new Timing(0.9 * endToEnd, endToEnd, 1.1 * endToEnd);
    return new Profile(
        model,
        640,
        480,
        ElementType.F32,
        "cpu",
        ROOFS,
        layers,
        whole,
        whole,
        0.0001,
        0.00001,
        faults,
        30);
  }

  private static String pageOf(Profile profile) {
    return ProfilePage.of(profile, ours(profile));
  }

  private static String pageOf(Comparison comparison) {
    WorkRatio ours = new WorkRatio(ours(comparison.first()), ours(comparison.second()));
    return ProfilePage.of(comparison, List.of(ours));
  }

  private static WorkCount ours(Profile profile) {
    return new WorkCount(
        Convention.OURS, profile.flops(), OptionalLong.of(profile.bytes()), List.of());
  }

  @Test
  void of_anotherConvention_isNamedWithItsTotalsAndItsColumn() throws IOException {
    WorkCount count =
        new WorkCount(Convention.TORCHINFO, 1234, OptionalLong.of(5678), List.of(308_000L));
    Page page = Page.of(ProfilePage.of(profile("yolo", 0.007, 3), count)).isSound();
    assertThat(page.text())
        .contains(
            "torchinfo counts 1,234 multiply-adds, 5,678 bytes (estimated total size)",
            "torchinfo M multiply-adds",
            "0.308");
    WorkCount whole = new WorkCount(Convention.YOLOV5, 16.5, OptionalLong.empty(), List.of());
    assertThat(ProfilePage.of(profile("yolo", 0.007, 3), whole))
        .contains("yolov5 counts 16.5 GFLOPs")
        .doesNotContain("yolov5 M");
  }

  @Test
  void of_comparison_tellsTheRatiosOfEveryConvention() throws IOException {
    WorkCount small = new WorkCount(Convention.YOLOV5, 4.5, OptionalLong.empty(), List.of());
    WorkCount large = new WorkCount(Convention.YOLOV5, 9, OptionalLong.empty(), List.of());
    Profile profile = profile("yolo", 0.007, 3);
    WorkRatio ours = new WorkRatio(ours(profile), ours(profile));
    Comparison comparison = new Comparison(profile, profile);
    String page = ProfilePage.of(comparison, List.of(ours, new WorkRatio(small, large)));
    assertThat(Page.of(page).isSound().text())
        .contains("4.5 GFLOPs", "9.0 GFLOPs", "0.5", "n/a")
        .doesNotContain("yolov5 counts");
  }

  @Test
  void of_countersOfTheCpu_areColumnsWithWhereTheyComeFrom() throws IOException {
    LayerCounters counted =
        new LayerCounters(
            Cell.measured(2e6), Cell.measured(5e6), Cell.measured(1e4), Cell.UNAVAILABLE);
    List<ProfiledLayer> layers =
        LAYERS.stream()
            .map(
                layer ->
                    new ProfiledLayer(
                        layer.work(),
                        layer.time(),
                        layer.gap(),
                        layer.issue(),
                        layer.roof(),
                        LayerCounts.UNKNOWN.withCounters(counted)))
            .toList();
    Page page = Page.of(pageOf(profile("yolo", layers, 0.007, 3))).isSound();
    assertThat(page.text())
        .contains("M cycles, measured", "instructions/cycle, derived", "2.50", "missed MB, derived")
        .contains("0.640")
        .doesNotContain("counted MFLOP", "counted FLOP/B");
    hasNoWrongNumber(page);
    assertThat(Page.of(pageOf(profile("yolo", 0.007, 3))).text())
        .contains("CPU counters", "n/a, not asked for")
        .doesNotContain("M cycles");
  }

  private static void hasNoWrongNumber(Page page) {
    assertThat(page.text()).doesNotContain("NaN", "Infinity", ">nan", ">inf");
  }

  private static List<String> layers(Page page, String table) {
    return page.below(table, "th").stream()
        .filter(head -> head.getAttribute("scope").equals("row"))
        .map(Element::getTextContent)
        .toList();
  }

  @Test
  void of_profile_isSoundAndShowsEveryLayer() throws IOException {
    Page page = Page.of(pageOf(profile("yolo", 0.007, 3))).isSound();
    hasNoWrongNumber(page);
    assertThat(page.sections()).containsExactly("roofline", "time", "prediction", "layers");
    assertThat(layers(page, "layers-table"))
        .containsExactly("model.0", "model.1", "input", "model.2.fc");
    assertThat(page.below("roofline-plot", "circle")).as("those with FLOPs").hasSize(3);
    assertThat(page.below("prediction-plot", "circle")).hasSize(4);
    assertThat(page.byId("roofline-plot").getTextContent())
        .contains("L1 400 GB/s", "L2 150 GB/s", "L3 50 GB/s", "DRAM 15 GB/s", "peak 135 GFLOP/s");
    assertThat(page.below("categories", "li")).hasSize(4);
    assertThat(page.text()).contains("640×480").doesNotContain("went into paging");
  }

  @Test
  void of_profile_keepsTextsInsideDrawings() throws IOException {
    Page page = Page.of(pageOf(profile("yolo", 0.007, 3)));
    for (Element svg : page.elements("svg")) {
      String[] box = svg.getAttribute("viewBox").split(" ", -1);
      for (Element text : below(svg, "text")) {
        String name = text.getTextContent();
        if (text.hasAttribute("x")) {
          assertThat(number(text, "x")).as(name).isBetween(0.0, Double.parseDouble(box[2]));
          assertThat(number(text, "y")).as(name).isBetween(0.0, Double.parseDouble(box[3]));
        }
      }
    }
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<Element> below(Element element, String tag) {
    NodeList nodes = element.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  @Test
  void of_manyFaultsOrNone_saysSo() {
    assertThat(pageOf(profile("yolo", 0.007, 5000))).contains("went into paging");
    assertThat(pageOf(profile("yolo", 0.007, -1))).contains("not counted");
  }

  @Test
  void of_hostileName_isEscaped() throws IOException {
    Profile hostile = profile(HOSTILE, 0.007, 0);
    Page page = Page.of(pageOf(hostile)).isSound();
    assertThat(page.text()).doesNotContain("<script>alert");
    assertThat(page.elements("h1").get(0).getTextContent()).contains(HOSTILE);
    Page both = Page.of(pageOf(new Comparison(hostile, hostile))).isSound();
    assertThat(both.text()).doesNotContain("<script>alert");
  }

  @Test
  void of_layersWithoutTimeOrWork_printsDashes() throws IOException {
    List<ProfiledLayer> still = List.of(layer("still", Category.ADD, 0, 0, 0));
    Page page = Page.of(pageOf(profile("yolo", still, 0, 0))).isSound();
    hasNoWrongNumber(page);
    Comparison comparison = new Comparison(profile("a", 0.007, 0), profile("b", still, 0, 0));
    hasNoWrongNumber(Page.of(pageOf(comparison)).isSound());
    hasNoWrongNumber(Page.of(pageOf(profile("empty", List.of(), 0.001, 0))).isSound());
  }

  @Test
  void causes_sumToTheWholeRun() {
    for (double endToEnd : new double[] {0.007, 0.005}) {
      ProfileCauses causes = ProfileCauses.of(profile("yolo", endToEnd, 0));
      assertThat(causes.total()).isCloseTo(endToEnd, within(1e-12));
      assertThat(causes.between()).isCloseTo(endToEnd - 0.00642, within(1e-12));
      assertThat(causes.issue()).isBetween(0.00003, 0.00004);
      assertThat(causes.roof()).isPositive();
      assertThat(causes.inefficiency()).isPositive();
    }
  }

  @Test
  void of_comparison_showsBothAndAGapThatSums() throws IOException {
    Comparison comparison = new Comparison(profile("small", 0.007, 0), profile("large", 0.009, 0));
    Page page = Page.of(pageOf(comparison)).isSound();
    hasNoWrongNumber(page);
    assertThat(page.sections()).containsExactly("gap", "conventions", "a", "b");
    assertThat(page.text())
        .contains("small (A) takes 0.778 times the time of large (B)", "2.000 ms less than");
    assertThat(layers(page, "layers-a")).hasSize(4);
    assertThat(layers(page, "layers-b")).hasSize(4);
    assertThat(page.elements("details")).hasSize(2);
    for (String table : List.of("gap-category-table", "gap-part-table")) {
      List<Element> rows = page.below(table, "tr");
      double sum =
          rows.subList(1, rows.size() - 1).stream().mapToDouble(ProfilePageTest::gap).sum();
      assertThat(sum).as(table).isCloseTo(gap(rows.get(rows.size() - 1)), within(0.005));
    }
  }

  private static double gap(Element row) {
    return Double.parseDouble(below(row, "td").get(2).getTextContent());
  }

  @Test
  void scale_endsAtRoundNumbers() {
    ProfileScale scale = ProfileScale.around("x", 0.3, 70);
    assertThat(scale.low()).isEqualTo(0.2);
    assertThat(scale.high()).isEqualTo(100);
    assertThat(scale.marks()).containsExactly(0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);
    assertThat(ProfileScale.around("x", 10, 10).high()).isEqualTo(20);
    assertThat(ProfileScale.around("x", 1e-9, 1e6).marks()).hasSizeBetween(3, 9);
  }
}
