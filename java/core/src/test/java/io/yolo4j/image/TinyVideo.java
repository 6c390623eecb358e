package io.yolo4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MPEG4;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BILINEAR;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes little videos, MPEG-4 at 25 frames a second. */
public final class TinyVideo {
  private TinyVideo() {}

  /** Writes frames of one size, even in both directions; the suffix says the container. */
  public static void write(Path file, List<Image> frames) {
    int width = frames.get(0).width();
    int height = frames.get(0).height();
    AVFormatContext container = new AVFormatContext(null);
    check(avformat_alloc_output_context2(container, null, null, file.toString()));
    AVCodec codec = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
    AVCodecContext encoder = avcodec_alloc_context3(codec);
    encoder.width(width).height(height).pix_fmt(AV_PIX_FMT_YUV420P);
    encoder.time_base(av_make_q(1, 25)).framerate(av_make_q(25, 1)).bit_rate(40_000_000);
    check(avcodec_open2(encoder, codec, (PointerPointer<AVDictionary>) null));
    AVStream stream = avformat_new_stream(container, codec);
    check(avcodec_parameters_from_context(stream.codecpar(), encoder));
    stream.time_base(encoder.time_base());
    AVIOContext out = new AVIOContext(null);
    check(avio_open(out, file.toString(), AVIO_FLAG_WRITE));
    container.pb(out);
    check(avformat_write_header(container, (PointerPointer<AVDictionary>) null));
    AVFrame frame = av_frame_alloc();
    frame.width(width).height(height).format(AV_PIX_FMT_YUV420P);
    check(av_frame_get_buffer(frame, 0));
    AVPacket packet = av_packet_alloc();
    for (int i = 0; i < frames.size(); i++) {
      check(av_frame_make_writable(frame));
      paint(frame, frames.get(i));
      frame.pts(i);
      check(avcodec_send_frame(encoder, frame));
      drain(container, encoder, stream, packet);
    }
    check(avcodec_send_frame(encoder, null));
    drain(container, encoder, stream, packet);
    check(av_write_trailer(container));
    av_packet_free(packet);
    av_frame_free(frame);
    avcodec_free_context(encoder);
    avio_closep(out);
    avformat_free_context(container);
  }

  private static void paint(AVFrame frame, Image image) {
    SwsContext converter =
        sws_getContext(
            image.width(),
            image.height(),
            AV_PIX_FMT_RGB24,
            image.width(),
            image.height(),
            AV_PIX_FMT_YUV420P,
            SWS_BILINEAR,
            null,
            null,
            (DoublePointer) null);
    try (BytePointer rgb = new BytePointer(image.rgb());
        PointerPointer<BytePointer> planes = new PointerPointer<>(4);
        IntPointer strides = new IntPointer(4)) {
      planes.put(0, rgb);
      strides.put(0, image.width() * Image.CHANNELS);
      check(
          sws_scale(converter, planes, strides, 0, image.height(), frame.data(), frame.linesize()));
    } finally {
      sws_freeContext(converter);
    }
  }

  private static void drain(
      AVFormatContext container, AVCodecContext encoder, AVStream stream, AVPacket packet) {
    while (avcodec_receive_packet(encoder, packet) == 0) {
      // Without it an MP4's last frame lasts no time, and players leave it out.
      packet.duration(1);
      av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      packet.stream_index(stream.index());
      check(av_interleaved_write_frame(container, packet));
    }
  }

  private static void check(int status) {
    assertThat(status).isNotNegative();
  }
}
