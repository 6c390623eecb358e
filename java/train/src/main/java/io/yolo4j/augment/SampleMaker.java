package io.yolo4j.augment;

import io.yolo4j.data.Sample;
import io.yolo4j.image.ImageSize;
import io.yolo4j.image.Interpolation;
import io.yolo4j.image.Letterbox;
import io.yolo4j.image.LetterboxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Makes a training sample out of pictures of the data set: a mosaic or one picture in its frame,
 * the perspective transform, a blend with a second mosaic, colours, flips.
 *
 * <p>Threads: safe; every thread brings its own workspace.
 */
final class SampleMaker {
  private final PictureStore pictures;
  private final AugmentOptions options;

  SampleMaker(PictureStore pictures, AugmentOptions options) {
    this.pictures = pictures;
    this.options = options;
  }

  /**
   * What is to be made.
   *
   * @param sample index in the data set
   * @param partners where the other pictures of a mosaic are drawn from
   * @param frame the picture's size in the batch
   * @param mosaics whether mosaics may be made; frames are square then
   * @param random the sample's own
   */
  record Draw(
      int sample, Partners partners, ImageSize frame, boolean mosaics, SampleRandom random) {}

  /** The samples of an epoch, for choosing one at random. */
  @FunctionalInterface
  interface Partners {
    /** Returns the index of a sample in the data set. */
    int next(SampleRandom random);
  }

  /**
   * Makes a sample.
   *
   * @param output RGB, as large as the frame; written completely
   * @return the objects in the pixels of the frame
   */
  List<Target> make(Draw draw, Mat output, Workspace workspace) {
    SampleRandom random = draw.random();
    boolean mosaic = random.chance(options.mosaic()) && draw.mosaics();
    Flips flips = Flips.draw(random, options);
    List<Target> targets;
    if (mosaic) {
      targets = mosaic(draw, draw.sample(), flips, output, workspace);
      if (random.chance(options.mixup())) {
        targets = mixup(draw, targets, flips, output, workspace);
      }
    } else {
      targets = single(draw, flips, output, workspace);
    }
    effects(random, output, workspace);
    targets = targets.stream().map(target -> target.flipped(flips, draw.frame())).toList();
    if (random.chance(options.cutout())) {
      Cutout cutout = Cutout.draw(random, draw.frame());
      cutout.apply(output);
      targets = cutout.visible(targets);
    }
    return targets;
  }

  /* What changes pixels and leaves objects where they are. */
  private void effects(SampleRandom random, Mat output, Workspace workspace) {
    if (random.chance(options.blur())) {
      Blur.draw(random).apply(output, workspace);
    }
    if (random.chance(options.grey())) {
      Grey.apply(output, workspace);
    }
    if (random.chance(options.clahe())) {
      Clahe.draw(random).apply(output, workspace);
    }
    if (options.hsvH() > 0 || options.hsvS() > 0 || options.hsvV() > 0) {
      ColourGains.draw(random, options).apply(output);
    }
  }

  private List<Target> mixup(
      Draw draw, List<Target> first, Flips flips, Mat output, Workspace workspace) {
    SampleRandom random = draw.random();
    ImageSize frame = draw.frame();
    List<Target> both = new ArrayList<>(first);
    try (Mat second = workspace.rgb(Workspace.Slot.SECOND, frame.width(), frame.height())) {
      both.addAll(mosaic(draw, draw.partners().next(random), flips, second, workspace));
      Mixup.apply(output, second, random.beta32());
    }
    return both;
  }

  private List<Target> mosaic(Draw draw, int sample, Flips flips, Mat output, Workspace workspace) {
    SampleRandom random = draw.random();
    boolean nine = random.chance(options.mosaic9());
    int count = nine ? MosaicLayout.NINE : MosaicLayout.FOUR;
    List<Sample> samples = new ArrayList<>();
    List<Picture> taken = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        int index = i == 0 ? sample : draw.partners().next(random);
        samples.add(pictures.sample(index));
        taken.add(pictures.take(index));
      }
      List<ImageSize> sizes = taken.stream().map(Picture::size).toList();
      int side = draw.frame().width();
      List<Tile> tiles;
      if (nine) {
        tiles = MosaicLayout.nine(side, random.nextInt(side + 1), random.nextInt(side + 1), sizes);
      } else {
        int centreY = (int) random.uniform(side / 2.0, 1.5 * side);
        int centreX = (int) random.uniform(side / 2.0, 1.5 * side);
        tiles = MosaicLayout.four(side, centreX, centreY, sizes);
      }
      Collage collage = Collage.mosaic(side, samples, taken, tiles);
      return warp(withPasted(collage, random), draw, flips, output, workspace);
    } finally {
      taken.forEach(pictures::giveBack);
    }
  }

  private Collage withPasted(Collage collage, SampleRandom random) {
    if (options.copyPaste() == 0) {
      return collage;
    }
    List<Target> drawn = CopyPaste.draw(collage.targets(), options.copyPaste(), random);
    return collage.withPasted(CopyPaste.accept(drawn, collage.targets(), collage.canvas().width()));
  }

  private List<Target> single(Draw draw, Flips flips, Mat output, Workspace workspace) {
    Sample sample = pictures.sample(draw.sample());
    Picture picture = pictures.take(draw.sample());
    try {
      ImageSize frame = draw.frame();
      // Without random changes a picture is never made larger than it was loaded, as in validation.
      Letterbox letterbox =
          Letterbox.of(
              picture.size(),
              LetterboxOptions.of(frame.height(), frame.width()).withScaleUp(options.any()));
      if (letterbox.resized().equals(picture.size())) {
        Collage collage = Collage.letterboxed(sample, picture, letterbox);
        return warp(collage, draw, flips, output, workspace);
      }
      try (Picture scaled = picture.resized(letterbox.resized(), Interpolation.LINEAR)) {
        Collage collage = Collage.letterboxed(sample, scaled, letterbox);
        return warp(collage, draw, flips, output, workspace);
      }
    } finally {
      pictures.giveBack(picture);
    }
  }

  private List<Target> warp(
      Collage collage, Draw draw, Flips flips, Mat output, Workspace workspace) {
    ImageSize frame = draw.frame();
    PerspectiveParameters parameters = PerspectiveParameters.draw(draw.random(), options);
    Homography map = parameters.matrix(collage.canvas(), frame);
    Warp.draw(collage, flips.pixels(frame).after(map), output, workspace);
    return collage.targets().stream()
        .map(target -> target.transformed(map, parameters.scale(), frame))
        .flatMap(Optional::stream)
        .toList();
  }
}
