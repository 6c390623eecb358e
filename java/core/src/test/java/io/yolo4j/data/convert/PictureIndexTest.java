package io.yolo4j.data.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PictureIndexTest {
  private static PictureIndex index(String... names) {
    return PictureIndex.of(
        Stream.of(names)
            .map(n -> new AnnotatedImage(Path.of(n), n, Path.of(n), null, List.of()))
            .toList());
  }

  @Test
  void find_pathBeforeName_wholeNameBeforeStem() {
    PictureIndex index = index("a.png", "x/a.png", "x/b.jpg", "y/b.png", "c.v1.png");
    assertThat(index.find("a.png")).containsExactly("a.png");
    assertThat(index.find("x/a")).containsExactly("x/a.png");
    assertThat(index.find("x\\a.bmp")).containsExactly("x/a.png");
    assertThat(index.find("b.jpg")).containsExactly("x/b.jpg");
    assertThat(index.find("b")).containsExactly("x/b.jpg", "y/b.png");
    assertThat(index.find("b.bmp")).hasSize(2);
    assertThat(index.find(" ./c.v1 ")).containsExactly("c.v1.png");
    assertThat(index.find("/home/me/c.v1.jpg")).containsExactly("c.v1.png");
    assertThat(index.find("c")).isEmpty();
    assertThat(index.find("")).isEmpty();
  }

  @Test
  void withoutSuffix_onlyThoseOfPictures() {
    assertThat(PictureIndex.withoutSuffix("x.y/a.JPG")).isEqualTo("x.y/a");
    assertThat(PictureIndex.withoutSuffix("a.b")).isEqualTo("a.b");
    assertThat(PictureIndex.withoutSuffix(".png")).isEqualTo(".png");
    assertThat(PictureIndex.withoutSuffix("x.jpg/a")).isEqualTo("x.jpg/a");
  }
}
