package io.yolo4j.report;

/** The head that all pages have: what needs neither a network nor a file beside the page. */
final class PageHead {
  private PageHead() {}

  static void write(Markup page, String title) {
    page.open("head");
    page.leaf("meta", "charset", "utf-8");
    page.leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.leaf("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", title + " · yolo4j");
    page.open("style").raw(ReportPage.resource("report.css")).close();
    page.close();
  }
}
