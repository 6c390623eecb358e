package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.yolo4j.testing.NativePointers;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Videos that FFmpeg itself wrote just before. */
final class FfmpegVideoTest {
  private static final int FRAMES = 7;
  private static final int FIRST_GREY = 40;
  private static final int GREY_STEP = 10;

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "b.avi", "c.mkv", "with: colon.mp4"})
  void next_everyFrame_hasItsGreyAndTheSizeOfTheVideo(String name) throws IOException {
    Path file = folder.resolve(name);
    // Not a multiple of the 16 pixels that the codec codes in, nor of the rows' alignment.
    write(file, FRAMES, 50, 38);
    List<Image> frames = read(file);
    assertThat(frames).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      Image frame = frames.get(i);
      assertThat(frame.size()).isEqualTo(new ImageSize(50, 38));
      for (byte value : frame.rgb()) {
        assertThat(value & 0xff).as("frame %d", i).isCloseTo(FIRST_GREY + i * GREY_STEP, within(4));
      }
    }
  }

  @Test
  void next_afterTheEnd_staysEmptyAndAfterCloseThrows() throws IOException {
    Path file = folder.resolve("a.mp4");
    write(file, 2, 32, 32);
    FrameSource video = FrameSource.video(file.toString());
    assertThat(video.next()).isPresent();
    assertThat(video.next()).isPresent();
    assertThat(video.next()).isEmpty();
    assertThat(video.next()).isEmpty();
    video.close();
    video.close();
    assertThatThrownBy(video::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("video " + file + " is closed");
  }

  @Test
  void next_videoCutOff_givesItsFirstFramesThenEndsOrSaysSo() throws IOException {
    Path file = folder.resolve("a.avi");
    TinyVideo.write(
        file, IntStream.range(0, FRAMES).mapToObj(i -> Pictures.random(64, 48, i)).toList());
    byte[] whole = Files.readAllBytes(file);
    Path cut = Files.write(folder.resolve("cut.avi"), Arrays.copyOf(whole, whole.length * 2 / 3));
    int frames = 0;
    try (FrameSource video = FrameSource.video(cut.toString())) {
      while (true) {
        try {
          if (video.next().isEmpty()) {
            break;
          }
          frames++;
        } catch (ImageReadException e) {
          assertThat(e).hasMessageContaining("cut.avi").hasMessageContaining("is damaged");
        }
      }
    }
    assertThat(frames).isBetween(1, FRAMES);
  }

  @Test
  void video_thatIsNone_isOneSentence() throws IOException {
    Path missing = folder.resolve("no.mp4");
    assertThatThrownBy(() -> FrameSource.video(missing.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage("video " + missing + " cannot be opened: No such file or directory");
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");
    assertThatThrownBy(() -> FrameSource.video(text.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "video " + text + " cannot be opened: Invalid data found when processing input");
    Path cut = folder.resolve("cut.mp4");
    write(cut, FRAMES, 64, 48);
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 200));
    assertThatThrownBy(() -> FrameSource.video(cut.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("video " + cut + " cannot be opened: ");
  }

  @Test
  void video_streamThatNobodySends_isOneSentence() {
    // Port 9 of this machine: nobody listens.
    assertThatThrownBy(() -> FrameSource.video("rtsp://127.0.0.1:9/none"))
        .isInstanceOf(IOException.class)
        .hasMessage("video rtsp://127.0.0.1:9/none cannot be opened: Connection refused");
    assertThat(FrameSource.isAddress("rtsp://x/y")).isTrue();
    assertThat(FrameSource.isAddress("C:/videos/a.mp4")).isFalse();
  }

  @Test
  void close_everything_freesNativeMemory() throws IOException {
    Path file = folder.resolve("a.mp4");
    write(file, FRAMES, 64, 48);
    read(file);
    long before = NativePointers.settled();
    for (int i = 0; i < 3; i++) {
      read(file);
    }
    assertThat(NativePointers.settled()).isEqualTo(before);
  }

  @Test
  void video_withoutFfmpeg_saysWhatToAdd() throws Exception {
    Path file = folder.resolve("a.mp4");
    Files.writeString(file, "never read");
    try (URLClassLoader without = classPathWithout("ffmpeg")) {
      Method video =
          without.loadClass(FrameSource.class.getName()).getMethod("video", String.class);
      assertThatThrownBy(() -> video.invoke(null, file.toString()))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("video " + file + " needs FFmpeg, which cannot be loaded (")
          .hasMessageContaining("; add org.bytedeco:ffmpeg-platform, or ");
    }
  }

  private static void write(Path file, int frames, int width, int height) {
    TinyVideo.write(
        file,
        IntStream.range(0, frames)
            .mapToObj(i -> Pictures.plain(width, height, 0x010101 * (FIRST_GREY + i * GREY_STEP)))
            .toList());
  }

  private static URLClassLoader classPathWithout(String jar) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith(jar)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static List<Image> read(Path file) throws IOException {
    List<Image> frames = new ArrayList<>();
    try (FrameSource video = FrameSource.video(file.toString())) {
      for (Optional<Image> frame = video.next(); frame.isPresent(); frame = video.next()) {
        frames.add(frame.get());
      }
    }
    return frames;
  }
}
