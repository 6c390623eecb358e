package io.yolo4j.data.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DataIssue.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that want to be expanded, to read other files, or to end too early. */
@Timeout(60)
class HostileXmlTest {
  @TempDir Path temporary = Path.of("");
  private AnnotatedFolder data = new AnnotatedFolder(Path.of(""));

  @BeforeEach
  void setUp() {
    data = new AnnotatedFolder(temporary).picture("a.png", 200, 100);
  }

  private String problem(String text) throws IOException {
    Path file = data.file("a.xml", text);
    AnnotationSet set =
        VocReader.read(data.annotations(), data.pictures(), AnnotationOptions.defaults());
    assertThat(set.images()).isEmpty();
    assertThat(set.issues()).hasSize(1);
    DataIssue issue = set.issues().get(0);
    assertThat(issue.kind()).isEqualTo(Kind.UNREADABLE_ANNOTATIONS);
    assertThat(issue.file()).isEqualTo(file);
    assertThat(issue.message()).doesNotContain("\n");
    return issue.message();
  }

  @Test
  void entityBomb_isRefusedUnexpanded() throws IOException {
    StringBuilder text = new StringBuilder("<!DOCTYPE annotation [<!ENTITY a0 \"boom\">");
    for (int i = 1; i < 30; i++) {
      text.append("<!ENTITY a%d \"&a%d;&a%d;\">".formatted(i, i - 1, i - 1));
    }
    text.append("]><annotation><filename>&a29;</filename></annotation>");
    assertThat(problem(text.toString())).isEqualTo("document types and entities are not allowed");
  }

  @Test
  void externalEntity_isNotRead() throws IOException {
    Path secret = Files.writeString(temporary.resolve("secret.txt"), "password");
    assertThat(
            problem(
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"%s\">]><annotation><filename>&x;</filename></annotation>"
                    .formatted(secret.toUri())))
        .isEqualTo("document types and entities are not allowed");
    assertThat(problem("<!DOCTYPE annotation SYSTEM \"http://localhost:1/a.dtd\"><annotation/>"))
        .isEqualTo("document types and entities are not allowed");
  }

  @Test
  void undeclaredEntity_isNoValidXml() throws IOException {
    assertThat(problem("<annotation><filename>&x;</filename></annotation>"))
        .matches("(no valid XML: line 1: .*\"x\".*|document types and entities are not allowed)");
  }

  @Test
  void deepNesting_isRefused() throws IOException {
    assertThat(problem("<a>".repeat(100_000))).isEqualTo("elements must be nested at most 32 deep");
  }

  @Test
  void truncated_saysWhere() throws IOException {
    assertThat(problem("<annotation>\n<object>\n<name>dent</na"))
        .startsWith("no valid XML: line 3: ");
    assertThat(problem("")).startsWith("no valid XML: ");
    assertThat(problem("no XML")).startsWith("no valid XML: line 1: ");
  }

  @Test
  void largeFile_isRefused() throws IOException {
    assertThat(problem("<annotation>" + " ".repeat(16 << 20) + "</annotation>"))
        .isEqualTo("an annotation file must have at most 16777216 bytes, has 16777241");
  }

  @Test
  void otherRoot_isRefused() throws IOException {
    assertThat(problem("<html/>")).isEqualTo("the root element must be 'annotation', is 'html'");
  }

  @Test
  void escapedText_isRead() throws IOException {
    data.file(
        "a.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- x --><annotation>"
            + AnnotatedFolder.object("a &amp; <![CDATA[<b>]]>é", "1", "1", "9", "9")
            + "</annotation>");
    AnnotationSet set =
        VocReader.read(data.annotations(), data.pictures(), AnnotationOptions.defaults());
    assertThat(set.classNames()).containsExactly("a & <b>é");
  }
}
