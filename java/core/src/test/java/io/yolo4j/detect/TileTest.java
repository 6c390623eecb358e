package io.yolo4j.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolo4j.image.ImageSize;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TileTest {
  @Property
  void cover_anyPicture_everyPixelInsideWithTheOverlap(
      @ForAll @IntRange(min = 1, max = 200) int width,
      @ForAll @IntRange(min = 1, max = 200) int height,
      @ForAll @IntRange(min = 2, max = 90) int side,
      @ForAll @DoubleRange(min = 0, max = 0.75) double overlap) {
    List<Tile> tiles =
        Tile.cover(new ImageSize(width, height), TilingOptions.of(side).withOverlap(overlap));
    BitSet seen = new BitSet(width * height);
    for (Tile tile : tiles) {
      assertThat(tile.x()).isNotNegative();
      assertThat(tile.y()).isNotNegative();
      assertThat(tile.x() + tile.width()).isLessThanOrEqualTo(width);
      assertThat(tile.y() + tile.height()).isLessThanOrEqualTo(height);
      assertThat(tile.width()).isEqualTo(Math.min(side, width));
      assertThat(tile.height()).isEqualTo(Math.min(side, height));
      for (int y = tile.y(); y < tile.y() + tile.height(); y++) {
        seen.set(y * width + tile.x(), y * width + tile.x() + tile.width());
      }
    }
    assertThat(seen.cardinality()).isEqualTo(width * height);
    // A tile of two pixels can't share 0.75 of them and still move on.
    double asked = Math.min(overlap * side, side - 1);
    int[] columns = tiles.stream().mapToInt(Tile::x).distinct().sorted().toArray();
    int[] rows = tiles.stream().mapToInt(Tile::y).distinct().sorted().toArray();
    assertThat(tiles).hasSize(columns.length * rows.length);
    assertOverlap(columns, side, asked);
    assertOverlap(rows, side, asked);
  }

  private static void assertOverlap(int[] starts, int side, double asked) {
    for (int i = 1; i < starts.length; i++) {
      assertThat(starts[i - 1] + side - starts[i]).isGreaterThanOrEqualTo((int) Math.ceil(asked));
    }
  }

  @Test
  void cover_uhd_isWhatOneCountsByHand() {
    List<Tile> tiles = Tile.cover(new ImageSize(1152, 640), TilingOptions.of(640));
    assertThat(tiles).containsExactly(new Tile(0, 0, 640, 640), new Tile(512, 0, 640, 640));
  }

  @Test
  void options_outOfRange_areRefused() {
    assertThatThrownBy(() -> TilingOptions.of(1))
        .hasMessage("a tile's side must be at least 2 pixels, got 1");
    assertThatThrownBy(() -> TilingOptions.of(64).withOverlap(0.8))
        .hasMessage("tiles must overlap by 0 to 0.75, got 0.8");
    assertThatThrownBy(() -> TilingOptions.of(64).withMergeThreshold(Double.NaN))
        .hasMessage("a merge threshold must lie in 0 to 1, got NaN");
  }
}
