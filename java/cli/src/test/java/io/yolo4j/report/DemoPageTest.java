package io.yolo4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoPageTest {
  @Test
  void page_ofSteps_linksWhatEachMadeAndShowsWhatItPrinted() throws IOException {
    String page =
        DemoPage.of(
            List.of(
                step("data", "", 3.2, List.of(new DemoPage.Link("The page", "data.html"))),
                step("detection", "", 90, List.of())));
    Page.of(page);
    assertThat(page)
        .contains(
            "<a href=\"#data\">Title of data</a>",
            "<a href=\"data.html\">The page</a>",
            "<img src=\"detect/a &amp; b.jpg\"",
            "$ yolo4j data --here\nprinted &lt;1&gt;",
            "(4 s)",
            "(1:30)",
            "It took 1:33 in all.",
            ">finished<");
  }

  @Test
  void page_ofAFailedStep_saysWhyAndLinksNothing() throws IOException {
    String page =
        DemoPage.of(
            List.of(
                step(
                    "data",
                    "yolo4j: no space is left",
                    1,
                    List.of(new DemoPage.Link("The page", "data.html")))));
    Page.of(page);
    assertThat(page).contains(">failed<", "yolo4j: no space is left").doesNotContain("data.html");
  }

  private static DemoPage.Step step(
      String id, String failure, double seconds, List<DemoPage.Link> links) {
    return new DemoPage.Step(
        id,
        "Title of " + id,
        "What it shows.",
        id + " --here",
        "printed <1>\n",
        failure,
        seconds,
        links,
        links.isEmpty() ? List.of() : List.of("detect/a & b.jpg"));
  }
}
