package io.yolo4j.report;

import io.yolo4j.draw.Drawing;

/**
 * A network's drawing as a page: one file that needs no network, whose boxes open in place. The
 * script only moves apart what ELK has placed: a layer's boxes have straight sides, so that an
 * opened box pushes the layers behind it on, and the lines beside it out.
 */
public final class NetworkPage {
  private final Markup page = new Markup();
  private final NetworkTitle title;
  private final Drawing drawing;

  private NetworkPage(NetworkTitle title, Drawing drawing) {
    this.title = title;
    this.drawing = drawing;
  }

  /**
   * Returns the page of a drawing of closed boxes.
   *
   * @param openAll whether all boxes are open at first
   */
  public static String of(NetworkTitle title, Drawing drawing, boolean openAll) {
    return new NetworkPage(title, drawing).render(openAll);
  }

  private String render(boolean openAll) {
    page.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    head();
    page.open("body", "class", "drawn").open("header");
    page.open("div", "class", "top").element("h1", title.name()).close();
    page.element("p", title.sentence(), "class", "muted");
    tools();
    legend();
    page.close().open("main");
    page.open(
        "div",
        "class",
        "stage",
        "tabindex",
        0,
        "role",
        "region",
        "aria-label",
        "Drawing",
        "data-open",
        openAll ? "all" : "none");
    new NetworkSvg(page, true).write(title, drawing, "role", "group");
    page.close().close();
    page.open("script").raw("//<![CDATA[\n" + ReportPage.resource("network.js") + "//]]>").close();
    page.close().close();
    return page.raw("\n").toString();
  }

  private void head() {
    page.open("head");
    page.leaf("meta", "charset", "utf-8");
    page.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.leaf("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", title.name() + " · yolo4j");
    page.open("style")
        .raw(ReportPage.resource("report.css") + ReportPage.resource("network.css"))
        .close();
    page.close();
  }

  /** They need the script, which shows them. */
  private void tools() {
    page.open("div", "class", "tools", "hidden", "hidden");
    page.leaf(
        "input",
        "type",
        "search",
        "id",
        "find",
        "placeholder",
        "Find: model.9.cv1, Concat …",
        "aria-label",
        "Find a module or operation",
        "autocomplete",
        "off");
    page.element("output", "", "id", "found", "aria-live", "polite");
    button("open-all", "Open all");
    button("close-all", "Close all");
    button("smaller", "−", "aria-label", "Smaller");
    button("fit", "Fit");
    button("larger", "+", "aria-label", "Larger");
    page.close();
  }

  private void button(String id, String text, Object... attributes) {
    Object[] all = new Object[4 + attributes.length];
    all[0] = "type";
    all[1] = "button";
    all[2] = "id";
    all[3] = id;
    System.arraycopy(attributes, 0, all, 4, attributes.length);
    page.element("button", text, all);
  }

  private void legend() {
    page.open("ul", "class", "legend", "aria-label", "Colours: the kind of most of the work");
    for (ProfileGroup group : NetworkSvg.groups(drawing.scope())) {
      page.open("li");
      page.leaf("span", "class", "swatch", "style", "--ink:" + group.ink().css());
      page.text(group.title()).close();
    }
    page.close();
  }
}
