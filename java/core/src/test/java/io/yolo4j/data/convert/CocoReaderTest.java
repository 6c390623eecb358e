package io.yolo4j.data.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.data.DataIssue;
import io.yolo4j.data.DatasetException;
import io.yolo4j.data.Polygon;
import io.yolo4j.data.ScanOptions.BadBoxes;
import io.yolo4j.data.Split;
import io.yolo4j.image.NormalizedBox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CocoReaderTest {
  private static final String CATEGORIES =
      "[{\"id\": 7, \"name\": \"dent\"}, {\"id\": 2, \"name\": \"crack\"}]";
  private static final String IMAGES =
      "[{\"id\": 1, \"file_name\": \"a.png\", \"width\": 200, \"height\": 100}]";

  @TempDir Path temporary = Path.of("");
  private AnnotatedFolder data = new AnnotatedFolder(Path.of(""));

  @BeforeEach
  void setUp() {
    data = new AnnotatedFolder(temporary).picture("a.png", 200, 100);
  }

  private AnnotationSet read(String annotations, AnnotationOptions options)
      throws DatasetException {
    Path file =
        data.file(
            "coco.json",
            "{\"annotations\": [%s],\n\"images\": %s,\n\"categories\": %s, \"info\": {\"x\": [1]}}"
                .formatted(annotations, IMAGES, CATEGORIES));
    return CocoReader.read(file, data.pictures(), options);
  }

  private AnnotationSet read(String annotations) throws DatasetException {
    return read(annotations, AnnotationOptions.defaults());
  }

  private static String object(String more) {
    return "{\"id\": 5, \"image_id\": 1, \"category_id\": 7, " + more + "}";
  }

  private static List<String> messages(AnnotationSet set) {
    return set.issues().stream().map(DataIssue::message).toList();
  }

  @Test
  void read_boxes_areFractionsAndCategoriesSortedById() throws IOException {
    AnnotationSet set = read(object("\"bbox\": [20, 10, 40.0, 20]"));
    assertThat(set.issues()).isEmpty();
    assertThat(set.classNames()).containsExactly("crack", "dent");
    assertThat(set.images().get(0).annotations())
        .containsExactly(new Annotation("dent", NormalizedBox.ofCorners(.1, .1, .3, .3), null, 1));
  }

  @Test
  void read_crowds_areCountedAndLeftOut() throws IOException {
    AnnotationSet set =
        read(
            object("\"bbox\": [20, 10, 40, 20], \"iscrowd\": 1")
                + ","
                + object("\"bbox\": [20, 10, 40, 20], \"iscrowd\": 0"));
    assertThat(set.annotations()).isEqualTo(1);
    assertThat(set.crowds()).isEqualTo(1);
  }

  @Test
  void read_outlines_areKeptOnDemandAndPartsJoined() throws IOException {
    String two =
        object(
            "\"bbox\": [0, 0, 100, 50], \"segmentation\": [[0, 0, 20, 0, 20, 50], [80, 0, 100, 0, 100, 50]]");
    assertThat(read(two).images().get(0).annotations().get(0).polygon()).isNull();
    AnnotationOptions options = AnnotationOptions.defaults().withPolygons(true);
    Polygon outline =
        Objects.requireNonNull(read(two, options).images().get(0).annotations().get(0).polygon());
    // 20,0 and 80,0 are closest: there and back between them.
    assertThat(xs(outline)).containsExactly(0, .1, .4, .5, .5, .4, .1, .1);
    assertThat(outline.box()).isEqualTo(NormalizedBox.ofCorners(0, 0, .5, .5));
    String mask =
        object(
            "\"bbox\": [0, 0, 100, 50], \"segmentation\": {\"counts\": \"a\", \"size\": [1, 2]}");
    assertThat(read(mask, options).images().get(0).annotations().get(0).polygon()).isNull();
    String outside =
        object("\"bbox\": [0, 0, 100, 50], \"segmentation\": [[-8, 0, 999, 0, 100, 50]]");
    Polygon clipped =
        Objects.requireNonNull(
            read(outside, options).images().get(0).annotations().get(0).polygon());
    assertThat(xs(clipped)).containsExactly(0, 1, .5);
  }

  private static double[] xs(Polygon polygon) {
    double[] xs = new double[polygon.size()];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = polygon.x(i);
    }
    return xs;
  }

  @Test
  void read_roundedEdge_isNoFlaw_butAPixelOutsideIs() throws IOException {
    assertThat(read(object("\"bbox\": [100, 10, 100.01, 20]")).issues()).isEmpty();
    String outside = object("\"bbox\": [100, 10, 101, 20]");
    assertThat(messages(read(outside)))
        .containsExactly(
            "box of annotation 5 ('dent') must lie in its picture of 200x100, got x 100 to 201, y 10 to 30");
    assertThat(read(outside).images().get(0).annotations().get(0).box())
        .isEqualTo(NormalizedBox.ofCorners(.5, .1, 1, .3));
    AnnotationOptions drop = AnnotationOptions.defaults().withBadBoxes(BadBoxes.DROP);
    assertThat(read(outside, drop).annotations()).isZero();
  }

  @Test
  void read_badObjects_areReportedAndGoodOnesStay() throws IOException {
    AnnotationSet set =
        read(
            String.join(
                ",",
                object("\"bbox\": [20, 10, 40, 20]"),
                object("\"bbox\": [20, 10, 0, 20]"),
                object("\"bbox\": [20, 10, -4, 20]"),
                object("\"bbox\": [20, 10, 40]"),
                object("\"bbox\": [20, 10, 1e999, 20]"),
                object("\"bbox\": [20, 10, \"40\", 20]"),
                object("\"bbox\": null"),
                object("\"area\": 3"),
                "{\"id\": 6, \"image_id\": 1, \"category_id\": 3, \"bbox\": [1, 1, 2, 2]}",
                "{\"id\": 6, \"image_id\": 9, \"category_id\": 2, \"bbox\": [1, 1, 2, 2]}",
                "{\"id\": 6, \"category_id\": 2}",
                "{\"id\": 6, \"image_id\": 1, \"category_id\": 99999999999999999999999}",
                "3"));
    assertThat(set.annotations()).isEqualTo(1);
    assertThat(messages(set))
        .containsExactlyInAnyOrder(
            "box of annotation 5 ('dent') must have an area, got x 20 to 20, y 10 to 30",
            "box of annotation 5 ('dent') must have an area, got x 20 to 16, y 10 to 30",
            "annotation 5: 'bbox' must be four numbers, got [20,10,40]",
            "annotation 5: 'bbox' must be four numbers, got [20,10,\"Infinity\",20]",
            "annotation 5: 'bbox' must be four numbers, got [20,10,\"40\",20]",
            "annotation 5: 'bbox' must be four numbers, got null",
            "annotation 5: the key 'bbox' is missing",
            "annotation 6: there is no category of id 3",
            "annotation 6 belongs to a picture that is not in 'images'",
            "an annotation must have a 'category_id' and an 'image_id'",
            "an annotation must have a 'category_id' and an 'image_id'",
            "an annotation must have a 'category_id' and an 'image_id'");
    assertThat(set.issues().get(0).file()).isEqualTo(data.annotations().resolve("coco.json"));
  }

  @Test
  void read_badPicturesAndCategories_areReported() throws IOException {
    Path file =
        data.file(
            "coco.json",
            """
            {"images": [
              {"id": 1, "file_name": "gone.png"},
              {"id": 2, "file_name": "../../etc/passwd"},
              {"id": 3, "file_name": "a\\u0000.png"},
              {"id": 4, "file_name": 8},
              {"id": "p", "file_name": "other/a.png", "width": 50, "height": 100},
              {"id": "p", "file_name": "a.png"}],
             "annotations": [],
             "categories": [{"id": 1, "name": ""}, {"id": 1.5, "name": "x"}, {"id": 2, "name": "y"},
               {"id": 2, "name": "z"}]}
            """);
    AnnotationSet set = CocoReader.read(file, data.pictures(), AnnotationOptions.defaults());
    assertThat(set.images()).isEmpty();
    assertThat(set.classNames()).containsExactly("y");
    assertThat(set.issues().stream().map(issue -> issue.line() + " " + issue.message()))
        .containsExactly(
            "5 a picture must have an 'id' and a 'file_name'",
            "7 picture id p is there twice",
            "9 a category must have a number 'id' and a 'name'",
            "9 a category must have a number 'id' and a 'name'",
            "10 category id 2 is there twice",
            "2 there is no picture 'gone.png'",
            "3 there is no picture '../../etc/passwd'",
            "4 there is no picture 'a\0.png'",
            "6 the boxes are for a picture of 50x100, a.png has 200x100");
  }

  @Test
  void read_severalFiles_joinClassesByNameAndKeepTheirPart() throws IOException {
    data.picture("val/b.png", 200, 100);
    Path train =
        data.file(
            "train.json",
            "{\"images\": %s, \"categories\": %s, \"annotations\": []}"
                .formatted(IMAGES, CATEGORIES));
    Path val =
        data.file(
            "val.json",
            """
            {"images": [{"id": 1, "file_name": "b.png"}],
             "categories": [{"id": 1, "name": "dent"}, {"id": 9, "name": "hole"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 200, 100]}]}
            """);
    AnnotationSet set =
        CocoReader.read(
            List.of(new AnnotationSource(train, Split.TRAIN), new AnnotationSource(val, Split.VAL)),
            data.pictures(),
            AnnotationOptions.defaults());
    assertThat(set.issues()).isEmpty();
    assertThat(set.classNames()).containsExactly("crack", "dent", "hole");
    assertThat(set.images().stream().map(AnnotatedImage::split))
        .containsExactly(Split.TRAIN, Split.VAL);
    assertThat(set.images().get(1).annotations().get(0).className()).isEqualTo("dent");
  }

  @Test
  void read_noCocoFile_saysWhatIsWrong() {
    assertProblem("{\"images\": [", ": no valid JSON: line 1, column 13: Unexpected end-of-input");
    assertProblem("{\"images\": [{\"id\": 1", ": no valid JSON: line 1, column 21: ");
    assertProblem("[1]", ": must hold a JSON object with 'images', 'annotations' and 'categories'");
    assertProblem("", ": must hold a JSON object");
    assertProblem("{}", ": the key 'images' is missing");
    assertProblem("{\"images\": [], \"annotations\": []}", ": the key 'categories' is missing");
    assertProblem("{\n\"images\": 3}", ":2: the key 'images' must be a list");
    assertProblem("{\"images\": " + "[".repeat(100_000), ": no valid JSON: ");
    assertProblem("{\"images\": [{\"id\": " + "9".repeat(100_000) + "}]}", ": no valid JSON: ");
    Path none = temporary.resolve("none.json");
    assertThatThrownBy(() -> CocoReader.read(none, data.pictures(), AnnotationOptions.defaults()))
        .isInstanceOf(DatasetException.class)
        .hasMessage(none + ": there is no such file of annotations");
  }

  private void assertProblem(String text, String message) {
    Path file = data.file("coco.json", text);
    assertThatThrownBy(() -> CocoReader.read(file, data.pictures(), AnnotationOptions.defaults()))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(file + message)
        .hasMessageNotContaining("\n");
  }
}
