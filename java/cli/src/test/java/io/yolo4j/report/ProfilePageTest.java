package io.yolo4j.report;

import static io.yolo4j.report.SampleProfiles.LAYERS;
import static io.yolo4j.report.SampleProfiles.check;
import static io.yolo4j.report.SampleProfiles.layer;
import static io.yolo4j.report.SampleProfiles.ours;
import static io.yolo4j.report.SampleProfiles.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.profile.Category;
import io.yolo4j.profile.Cell;
import io.yolo4j.profile.Circumstances;
import io.yolo4j.profile.Comparison;
import io.yolo4j.profile.Convention;
import io.yolo4j.profile.ForecastCheck;
import io.yolo4j.profile.LayerCounters;
import io.yolo4j.profile.LayerCounts;
import io.yolo4j.profile.Profile;
import io.yolo4j.profile.ProfiledLayer;
import io.yolo4j.profile.WorkCount;
import io.yolo4j.profile.WorkRatio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ProfilePageTest {
  private static final Caution CAUTION =
      new Caution("The sizes have the ratio 0.7.", Optional.of("Raw counts say the opposite."));
  private static final String HOSTILE = "<script>alert(\"&\")</script>";

  private static String pageOf(Profile profile) {
    return ProfilePage.of(profile, ours(profile));
  }

  private static String pageOf(Comparison comparison) {
    WorkRatio ours = new WorkRatio(ours(comparison.first()), ours(comparison.second()));
    return ProfilePage.of(comparison, List.of(ours), CAUTION);
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
    String page = ProfilePage.of(comparison, List.of(ours, new WorkRatio(small, large)), CAUTION);
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
        .contains(head("M cycles", "measured"), head("instructions/cycle", "derived"), "2.50")
        .contains(head("missed MB", "derived"))
        .contains("0.640")
        .doesNotContain("counted MFLOP", "counted FLOP/B");
    hasNoWrongNumber(page);
    assertThat(Page.of(pageOf(profile("yolo", 0.007, 3))).text())
        .contains("CPU counters", "n/a, not asked for")
        .doesNotContain("M cycles");
  }

  private static String head(String name, String from) {
    return name + "<small>" + from + "</small>";
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
    assertThat(page.sections()).containsExactly("roofline", "time", "roofs", "layers");
    assertThat(layers(page, "layers-table"))
        .containsExactly("model.0", "model.1", "input", "model.2.fc");
    assertThat(page.below("roofline-plot", "circle")).as("those with FLOPs").hasSize(3);
    assertThat(page.below("roofs-plot", "circle")).hasSize(4);
    assertThat(page.byId("roofline-plot").getTextContent())
        .contains("L1 400 GB/s", "L2 150 GB/s", "L3 50 GB/s", "DRAM 15 GB/s", "peak 135 GFLOP/s");
    assertThat(page.below("categories", "li")).hasSize(4);
    assertThat(page.text()).contains("640×480", "least time under the roof, ms");
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
  void of_profile_tellsFirstWhatWasFound() throws IOException {
    Page page = Page.of(pageOf(profile("yolo", 0.007, 5000)));
    assertThat(header(page))
        .contains("yolo takes 7.000 ms, ", "1 depthwise convolutions take 2.000 ms")
        .contains("5000 minor page faults a run: what they cost isn't known.")
        .doesNotContain("Warning");
    assertThat(pageOf(profile("yolo", 0.007, -1))).contains("<dd>n/a</dd>");
    assertThat(header(Page.of(pageOf(profile("yolo", List.of(), 0.007, 0)))))
        .contains("No rule finds anything in the way.");
  }

  @Test
  void of_disturbedMeasurement_warnsFirst() throws IOException {
    Profile disturbed = disturbed(profile("yolo", 0.007, 0));
    String text = "something else ran on this machine";
    assertThat(header(Page.of(pageOf(disturbed)))).contains("Warning: " + text);
    Comparison comparison = new Comparison(profile("calm", 0.009, 0), disturbed);
    assertThat(header(Page.of(pageOf(comparison))))
        .contains("Warning: B: " + text)
        .doesNotContain("Warning: A");
    ForecastCheck check = check(disturbed, 1);
    assertThat(header(Page.of(ProfilePage.of(check, ours(disturbed))))).contains(text);
  }

  private static Profile disturbed(Profile calm) {
    Circumstances busy =
        new Circumstances(
            List.of(), 1, 2, Cell.measured(1.5), Map.of(), Map.of(), Cell.UNAVAILABLE);
    return new Profile(
        calm.model(),
        calm.height(),
        calm.width(),
        calm.type(),
        calm.executor(),
        calm.roofs(),
        calm.layers(),
        calm.endToEnd(),
        calm.bare(),
        calm.issue(),
        calm.gaps(),
        calm.faults(),
        calm.runs(),
        busy);
  }

  private static String header(Page page) {
    return page.elements("header").get(0).getTextContent();
  }

  @Test
  void of_profile_everyFigureSaysWhereItComesFrom_andNothingUnknownIsZero() throws IOException {
    List<ProfiledLayer> layers = new ArrayList<>(LAYERS);
    layers.add(layer("model.3", Category.OTHER, 0, 0, 0.00001));
    Page page = Page.of(pageOf(profile("yolo", layers, 0.007, 0)));
    List<Element> heads =
        page.below("layers-table", "thead").stream().flatMap(h -> below(h, "th").stream()).toList();
    assertThat(heads.stream().filter(head -> head.getAttribute("class").equals("number")))
        .isNotEmpty()
        .allSatisfy(
            head ->
                assertThat(below(head, "small").get(0).getTextContent())
                    .isIn("measured", "derived", "modelled", "n/a"));
    assertThat(page.text())
        .contains(head("MFLOP", "modelled"), head("p50 ms", "measured"), head("faults", "n/a"));
    List<String> names = heads.stream().map(Element::getTextContent).toList();
    for (String column : List.of("FLOP/bytemodelled", "faultsn/a", "reordersn/a")) {
      Element cell = cell(page, "model.3", names.indexOf(column));
      assertThat(cell.getTextContent()).as(column).isEqualTo("n/a");
      assertThat(cell.getAttribute("data-value")).as(column).isEmpty();
    }
  }

  /** The cell of a layer in a column; the first column is the row's head. */
  private static Element cell(Page page, String layer, int column) {
    return page.below("layers-table", "tr").stream()
        .filter(row -> below(row, "th").get(0).getTextContent().equals(layer))
        .map(row -> below(row, "td").get(column - 1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void of_forecast_showsLayersCategoriesAndRules() throws IOException {
    Profile profile = profile("yolo", 0.007, 0);
    Page page = Page.of(ProfilePage.of(check(profile, 1.1), ours(profile))).isSound();
    hasNoWrongNumber(page);
    assertThat(page.sections()).containsExactly("prediction", "categories", "rules", "layers");
    assertThat(header(page))
        .contains("Predicted are 7.072 ms end to end, measured were 7.000 ms: an error of +1.0 %.")
        .contains("Of 3 categories with at least 2 % of the time 3 are within 30 %.")
        .contains("Predicted by 2 calibrated rules");
    assertThat(page.below("prediction-plot", "circle")).hasSize(4);
    assertThat(page.text()).contains("class=\"band\"", "±30.0 %", "predicted 4.400 ms");
    assertThat(page.byId("categories-table").getTextContent())
        .contains("dense convolution4.0004.40010.0 %5.7 %", "end to end7.0007.072", "small");
    assertThat(page.byId("rules-table").getTextContent())
        .contains("dense convolution1.252.003.07", "view0.000.001.01");
    assertThat(page.text()).contains(head("predicted ms", "modelled"));
    assertThat(layers(page, "layers-table")).hasSize(4);
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
  void of_layersWithoutTimeOrWork_printsNoNumbers() throws IOException {
    List<ProfiledLayer> still = List.of(layer("still", Category.ADD, 0, 0, 0));
    Page page = Page.of(pageOf(profile("yolo", still, 0, 0))).isSound();
    hasNoWrongNumber(page);
    Comparison comparison = new Comparison(profile("a", 0.007, 0), profile("b", still, 0, 0));
    hasNoWrongNumber(Page.of(pageOf(comparison)).isSound());
    hasNoWrongNumber(Page.of(pageOf(profile("empty", List.of(), 0.001, 0))).isSound());
  }

  @Test
  void of_comparison_showsBothAndAGapThatSums() throws IOException {
    Comparison comparison = new Comparison(profile("small", 0.007, 0), profile("large", 0.009, 0));
    Page page = Page.of(pageOf(comparison)).isSound();
    hasNoWrongNumber(page);
    assertThat(page.sections()).containsExactly("gap", "conventions", "a", "b");
    assertThat(page.text())
        .contains("A is small, B is large. A has 1.000 of B's FLOPs", "the gap of -2.000 ms")
        .contains("Warning: Raw counts say the opposite.", "The sizes have the ratio 0.7.");
    assertThat(layers(page, "layers-a")).hasSize(4);
    assertThat(layers(page, "layers-b")).hasSize(4);
    assertThat(page.elements("details")).hasSize(2);
    fallsToTheWhole(page, "gap-category");
    fallsToTheWhole(page, "gap-part");
    for (String table : List.of("gap-category-table", "gap-part-table")) {
      List<Element> rows = page.below(table, "tr");
      double sum =
          rows.subList(1, rows.size() - 1).stream().mapToDouble(ProfilePageTest::gap).sum();
      assertThat(sum).as(table).isCloseTo(gap(rows.get(rows.size() - 1)), within(0.005));
    }
  }

  /** Each bar begins where the one before has its end; the last is from 0 to where they end. */
  private static void fallsToTheWhole(Page page, String figure) {
    List<Element> bars = page.below(figure, "rect");
    double zero =
        Double.parseDouble(
            page.below(figure, "path").get(0).getAttribute("d").split("[M ]", -1)[1]);
    double at = zero;
    for (Element bar : bars.subList(0, bars.size() - 1)) {
      at = otherEnd(bar, at);
    }
    assertThat(otherEnd(bars.get(bars.size() - 1), zero)).as(figure).isCloseTo(at, within(1.0));
  }

  private static double otherEnd(Element bar, double end) {
    double left = number(bar, "x");
    double right = left + number(bar, "width");
    assertThat(Math.min(Math.abs(left - end), Math.abs(right - end))).isLessThan(0.6);
    return Math.abs(left - end) < Math.abs(right - end) ? right : left;
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
