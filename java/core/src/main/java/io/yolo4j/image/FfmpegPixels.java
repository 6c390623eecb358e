package io.yolo4j.image;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCachedContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Frames as FFmpeg decodes them to 8-bit RGB; frames of a stream may change their size.
 *
 * <p>Threads: one at a time. Ownership: the caller closes it.
 */
final class FfmpegPixels implements AutoCloseable {
  /* What FFmpeg's vector code writes its rows in. */
  private static final int ALIGNMENT = 64;

  private SwsContext converter = new SwsContext(null);
  private BytePointer rows = new BytePointer(0L);
  private final PointerPointer<BytePointer> planes = new PointerPointer<>(4);
  private final IntPointer strides = new IntPointer(4);

  /** Returns a copy of a frame's pixels. */
  Image rgb(AVFrame frame, String source) throws ImageReadException {
    int width = frame.width();
    int height = frame.height();
    byte[] rgb = new byte[Image.byteCount(width, height)];
    int rowBytes = width * Image.CHANNELS;
    int stride = (rowBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    converter = converter(frame.format(), width, height, source);
    reserve((long) stride * height + ALIGNMENT);
    planes.put(0, rows.position(0));
    strides.put(0, stride);
    int done = sws_scale(converter, frame.data(), frame.linesize(), 0, height, planes, strides);
    if (done != height) {
      throw new ImageReadException(
          source, "FFmpeg converted %d of a frame's %d rows".formatted(done, height));
    }
    for (int y = 0; y < height; y++) {
      rows.position((long) y * stride).get(rgb, y * rowBytes, rowBytes);
    }
    return Image.wrap(rgb, width, height);
  }

  private SwsContext converter(int format, int width, int height, String source)
      throws ImageReadException {
    SwsContext made =
        sws_getCachedContext(
            converter,
            width,
            height,
            format,
            width,
            height,
            AV_PIX_FMT_RGB24,
            SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
            null,
            null,
            (DoublePointer) null);
    if (made == null || made.isNull()) {
      converter = new SwsContext(null); // the old one is freed
      throw new ImageReadException(
          source, "FFmpeg converts no frames of its pixel format %d to RGB".formatted(format));
    }
    return made;
  }

  private void reserve(long bytes) {
    if (rows.capacity() < bytes) {
      rows.close();
      rows = new BytePointer(bytes);
    }
  }

  @Override
  public void close() {
    sws_freeContext(converter);
    rows.close();
    planes.close();
    strides.close();
  }
}
