package io.yolo4j.image;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_network_init;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_INVALIDDATA;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_FATAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_INFO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_log_get_level;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The frames of a video file or a network stream, by FFmpeg: the best video stream of the source,
 * in the order in which frames are shown.
 */
final class FfmpegVideo implements FrameSource {
  /* Without it a camera that went silent would be waited for for ever. */
  private static final long TIMEOUT_MICROS = 10_000_000;

  private final String source;
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVPacket packet;
  private final AVFrame frame;
  private final FfmpegPixels pixels = new FfmpegPixels();
  private AVCodecContext decoder = new AVCodecContext(null);
  private int stream;
  private long frames;
  private boolean flushing;
  private boolean closed;

  private FfmpegVideo(String source) {
    this.source = source;
    packet = av_packet_alloc();
    frame = av_frame_alloc();
  }

  /**
   * Opens a video. Throws a LinkageError where FFmpeg is missing.
   *
   * @param source for messages
   * @param address as FFmpeg names it: {@code file:} and a path, or an address with a protocol
   */
  static FfmpegVideo open(String source, String address) throws IOException {
    OpenCvDecoder.setLimits();
    // Its lines on standard error would lie between an application's own; errors are thrown.
    if (av_log_get_level() == AV_LOG_INFO) {
      av_log_set_level(AV_LOG_FATAL);
    }
    FfmpegVideo video = new FfmpegVideo(source);
    try {
      video.openContainer(address);
      video.openDecoder();
      return video;
    } catch (IOException | RuntimeException e) {
      video.close();
      throw e;
    }
  }

  private void openContainer(String address) throws IOException {
    AVDictionary options = new AVDictionary(null);
    try {
      if (!address.startsWith("file:")) {
        avformat_network_init();
        // Over UDP, the default, a lost packet is a grey smear across the picture.
        av_dict_set(options, "rtsp_transport", "tcp", 0);
        // RTMP's own "timeout" would make it wait for callers.
        boolean rtmp = address.regionMatches(true, 0, "rtmp", 0, 4);
        av_dict_set(options, rtmp ? "rw_timeout" : "timeout", Long.toString(TIMEOUT_MICROS), 0);
      }
      check("cannot be opened", avformat_open_input(container, address, noFormat(), options));
    } finally {
      av_dict_free(options);
    }
    check(
        "cannot be opened",
        avformat_find_stream_info(container, (PointerPointer<AVDictionary>) null));
    stream =
        av_find_best_stream(
            container, AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<AVCodec>) null, 0);
    if (stream < 0) {
      throw new IOException("video %s holds no stream of pictures".formatted(source));
    }
  }

  /* Null in the form that says which overload is meant: FFmpeg finds the format out. */
  private static AVInputFormat noFormat() {
    return new AVInputFormat(null);
  }

  private void openDecoder() throws IOException {
    AVCodecParameters parameters = container.streams(stream).codecpar();
    AVCodec codec = avcodec_find_decoder(parameters.codec_id());
    if (codec == null || codec.isNull()) {
      throw new IOException(
          "video %s: FFmpeg has no decoder for its pictures (codec id %d)"
              .formatted(source, parameters.codec_id()));
    }
    decoder = avcodec_alloc_context3(codec);
    check("cannot be decoded", avcodec_parameters_to_context(decoder, parameters));
    decoder.thread_count(1); // the processors are the network's
    check("cannot be decoded", avcodec_open2(decoder, codec, (PointerPointer<AVDictionary>) null));
  }

  @Override
  public Optional<Image> next() throws IOException {
    if (closed) {
      throw new IllegalStateException("video %s is closed".formatted(source));
    }
    while (true) {
      int status = avcodec_receive_frame(decoder, frame);
      if (status == AVERROR_EOF()) {
        return Optional.empty();
      }
      if (status == 0) {
        frames++;
        return Optional.of(pixels.rgb(frame, source));
      }
      if (status != AVERROR_EAGAIN()) {
        throw damaged(status);
      }
      feed();
    }
  }

  /* Gives the decoder the next packet of the stream, or the end. */
  private void feed() throws IOException {
    while (!flushing) {
      int status = av_read_frame(container, packet);
      if (status == AVERROR_EOF()) {
        break;
      }
      check("gives no more frames", status);
      try {
        if (packet.stream_index() == stream) {
          int sent = avcodec_send_packet(decoder, packet);
          if (sent == AVERROR_INVALIDDATA) {
            throw damaged(sent);
          }
          check("cannot be decoded", sent);
          return;
        }
      } finally {
        av_packet_unref(packet);
      }
    }
    flushing = true;
    avcodec_send_packet(decoder, null);
  }

  private ImageReadException damaged(int status) {
    return new ImageReadException(
        source, "what follows %d frames is damaged (%s)".formatted(frames, text(status)));
  }

  private void check(String problem, int status) throws IOException {
    if (status < 0) {
      throw new IOException("video %s %s: %s".formatted(source, problem, text(status)));
    }
  }

  private static String text(int status) {
    byte[] text = new byte[256];
    av_strerror(status, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pixels.close();
      av_frame_free(frame);
      av_packet_free(packet);
      avcodec_free_context(decoder);
      avformat_close_input(container);
    }
  }
}
