package io.yolo4j.report;

import java.util.List;

/** What a demo did, step after step, with links to all that it made: one page without a script. */
public final class DemoPage {
  private final Markup page = new Markup();

  private DemoPage() {}

  /**
   * Something that a step made.
   *
   * @param text what it is
   * @param target where it lies, relative to the page
   */
  public record Link(String text, String target) {}

  /**
   * A command that was run.
   *
   * @param id name within the page
   * @param title what it is about
   * @param explanation what the reader sees, in a sentence or two
   * @param command what was run
   * @param printed what it printed
   * @param failure why it failed, empty if it didn't
   * @param seconds that it took
   * @param links what it made
   * @param pictures to show, relative to the page
   */
  public record Step(
      String id,
      String title,
      String explanation,
      String command,
      String printed,
      String failure,
      double seconds,
      List<Link> links,
      List<String> pictures) {
    /** Copies the lists. */
    public Step {
      links = List.copyOf(links);
      pictures = List.copyOf(pictures);
    }
  }

  /** Returns the page of the steps that were run. */
  public static String of(List<Step> steps) {
    return new DemoPage().render(steps);
  }

  private String render(List<Step> steps) {
    String title = "From nothing to an edge application";
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    PageHead.write(page, title);
    page.open("body").open("header");
    page.open("div", "class", "top").element("h1", title);
    boolean done = steps.stream().allMatch(step -> step.failure().isEmpty());
    page.element(
        "span", done ? "finished" : "failed", "class", "status " + (done ? "finished" : "failed"));
    page.close();
    page.element(
        "p",
        "Every step below is one command of yolo4j that you can run again, on data of your own. It took "
            + Numbers.clock(steps.stream().mapToDouble(Step::seconds).sum())
            + " in all.",
        "class",
        "headline");
    page.open("nav", "aria-label", "steps");
    steps.forEach(step -> page.element("a", step.title(), "href", "#" + step.id()));
    page.close().close().open("main");
    steps.forEach(this::section);
    page.close().element("footer", "yolo4j · demo").close().close();
    return page.raw("\n").toString();
  }

  private void section(Step step) {
    page.open("section", "id", step.id(), "aria-labelledby", step.id() + "-title");
    page.element("h2", step.title(), "id", step.id() + "-title");
    page.element("p", step.explanation());
    if (step.failure().isEmpty()) {
      links(step.links());
      pictures(step.pictures());
    } else {
      page.open("p").element("strong", "Failed: ").text(step.failure()).close();
    }
    page.open("details");
    page.element("summary", "The command, and what it printed (" + seconds(step) + ")");
    page.element("pre", "$ yolo4j " + step.command() + "\n" + step.printed());
    page.close().close();
  }

  private void links(List<Link> links) {
    if (links.isEmpty()) {
      return;
    }
    page.open("ul", "class", "links");
    links.forEach(link -> page.open("li").element("a", link.text(), "href", link.target()).close());
    page.close();
  }

  private void pictures(List<String> pictures) {
    if (pictures.isEmpty()) {
      return;
    }
    page.open("div", "class", "thumbnails");
    for (String picture : pictures) {
      page.open("a", "href", picture);
      page.leaf("img", "src", picture, "alt", picture, "loading", "lazy").close();
    }
    page.close();
  }

  private static String seconds(Step step) {
    return step.seconds() < 60
        ? "%.0f s".formatted(Math.ceil(step.seconds()))
        : Numbers.clock(step.seconds());
  }
}
