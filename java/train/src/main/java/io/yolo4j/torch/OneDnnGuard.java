package io.yolo4j.torch;

import io.yolo4j.graph.Conv2d;
import io.yolo4j.graph.Graph;
import io.yolo4j.graph.Node;
import io.yolo4j.graph.Op;
import io.yolo4j.graph.Shape;
import io.yolo4j.torch.TorchOptions.Device;
import io.yolo4j.torch.TorchOptions.Layout;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps LibTorch from computing wrong convolutions. On a machine that hides its cache sizes, as
 * some virtual machines do, the oneDNN within LibTorch 2.10 loses blocks of weights when it lays
 * them out anew (uxlfoundation/oneDNN issue 5313), writes past the end of gradients, and divides by
 * zero, which ends the process, when it makes 1×1 convolutions between certain many channels.
 * Whether it does is tried once, with a convolution whose weights it would lose. Where it does, a
 * network that has such a convolution runs without LibTorch's oneDNN while it lives, which is
 * several times slower and said in the log.
 *
 * <p>The switch is LibTorch's own and counts for the whole process, so networks that live at the
 * same time run without it too.
 */
final class OneDnnGuard {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnnGuard.class);

  /** Input channels that oneDNN pads to a block, with AVX-512 and with AVX2. */
  private static final List<Integer> PADDED = List.of(24, 12);

  /** Channels that oneDNN takes at once: four blocks of 16. */
  private static final int MANY = 64;

  /**
   * Channels of 1×1 convolutions that it divides by zero for: of all multiples of 32 up to 2048 on
   * both sides those from 256, 512 and 1024 to 1024 or 2048 and from 1024 to 512 did, whatever the
   * batch, the map and the threads. All powers of two from these on are kept from it.
   */
  private static final int FEWER_DIVIDING = 256;

  private static final int MORE_DIVIDING = 1024;

  /** From so many pictures on LibTorch gives 1×1 convolutions to oneDNN with one thread too. */
  private static final int MANY_PICTURES = 16;

  /** Above the rounding of float32 sums of the tests, far below what a lost block does. */
  private static final double TOLERANCE = 0.01;

  /** Pixels that a tested map has beyond its kernel. */
  private static final int BEYOND_KERNEL = 3;

  /** What was tried already; a network's convolutions take some tenths of a second. */
  private static final Map<Form, Boolean> RIGHT = new ConcurrentHashMap<>();

  private static int holds;

  private record Form(Conv2d conv, boolean gradients) {}

  private OneDnnGuard() {}

  /** LibTorch runs without oneDNN until this is closed. */
  static final class Hold implements AutoCloseable {
    private boolean open = true;

    private Hold() {}

    @Override
    public void close() {
      if (open) {
        open = false;
        release();
      }
    }
  }

  /** Tried once; LibTorch must have been loaded. */
  private static final class Tried {
    static final boolean SOUND = tried();

    /**
     * NNPACK needs the cache sizes too, and says in a line of each convolution that it lacks them.
     */
    private static boolean tried() {
      torch.globalContext().setUserEnabledNNPACK(false);
      boolean sound = PADDED.stream().allMatch(channels -> isRight(padded(channels), false, false));
      torch.globalContext().setUserEnabledNNPACK(sound);
      return sound;
    }
  }

  static boolean isSound() {
    return Tried.SOUND;
  }

  /**
   * Returns a hold if a network has to run without oneDNN, else null.
   *
   * @param trains whether gradients are wanted too
   */
  static @Nullable Hold holdFor(Graph graph, TorchOptions options, boolean trains) {
    if (options.device() != Device.CPU || Tried.SOUND) {
      return null;
    }
    synchronized (OneDnnGuard.class) {
      // A trial now would run without oneDNN, pass, and be remembered.
      return holds > 0 ? hold() : holdIfWrong(graph, options, trains);
    }
  }

  private static @Nullable Hold holdIfWrong(Graph graph, TorchOptions options, boolean trains) {
    Optional<String> wrong =
        options.layout() == Layout.CHANNELS_LAST
            ? firstWrong(graph, trains)
            : Optional.of("feature maps that lie channels first");
    if (wrong.isEmpty()) {
      return null;
    }
    return hold("computes wrong results there (oneDNN issue 5313)", wrong.get());
  }

  /**
   * Returns the first convolution of a network that oneDNN may divide by zero for, channels last;
   * empty where it is sound. It can't be tried in a process that wants to live.
   */
  static Optional<String> dividing(Graph graph, TorchOptions options) {
    if (options.device() != Device.CPU || Tried.SOUND) {
      return Optional.empty();
    }
    return graph.nodes().stream()
        .map(Node::op)
        .filter(op -> op instanceof Conv2d conv && mayDivideByZero(conv))
        .map(Op::text)
        .findFirst();
  }

  /** Returns a hold if oneDNN would get such a convolution for so many pictures, else null. */
  static @Nullable Hold holdForBatch(String dividing, long pictures) {
    return TorchLibrary.threads() > 1 || pictures >= MANY_PICTURES
        ? hold("divides by zero there", dividing)
        : null;
  }

  private static Hold hold(String fault, String what) {
    LOG.warn(
        "LibTorch runs without oneDNN, several times slower: this machine hides its cache sizes, and oneDNN {}, for {}",
        fault,
        what);
    return hold();
  }

  /**
   * Returns a hold where oneDNN loses weights, for tests against LibTorch's operations; else null.
   */
  static @Nullable Hold holdForTests() {
    return Tried.SOUND ? null : hold();
  }

  /** Switches oneDNN off until the hold is closed. */
  static synchronized Hold hold() {
    holds++;
    torch.globalContext().setUserEnabledMkldnn(false);
    return new Hold();
  }

  private static synchronized void release() {
    holds--;
    torch.globalContext().setUserEnabledMkldnn(holds == 0);
  }

  /** Whether oneDNN may divide by zero for it. */
  static boolean mayDivideByZero(Conv2d conv) {
    int fewer = Math.min(conv.inputChannels(), conv.outputChannels());
    int more = Math.max(conv.inputChannels(), conv.outputChannels());
    return conv.kernel().height() == 1
        && conv.kernel().width() == 1
        && conv.groups() == 1
        && fewer >= FEWER_DIVIDING
        && more >= MORE_DIVIDING
        && Integer.bitCount(fewer) == 1
        && Integer.bitCount(more) == 1;
  }

  /** Returns the first convolution of a network, channels last, that oneDNN gets wrong. */
  private static Optional<String> firstWrong(Graph graph, boolean trains) {
    Set<Conv2d> different = new LinkedHashSet<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv2d conv) {
        different.add(narrowed(conv));
      }
    }
    return different.stream()
        .filter(
            conv ->
                !RIGHT.computeIfAbsent(
                    new Form(conv, trains), form -> isRight(form.conv(), true, form.gradients())))
        .findFirst()
        .map(Conv2d::text);
  }

  /**
   * With fewer channels, as many beyond the last 64, the most that oneDNN takes at once: what is
   * whole is treated alike, and convolutions of hundreds of channels would take seconds.
   */
  private static Conv2d narrowed(Conv2d conv) {
    return conv.groups() > 1
        ? conv
        : new Conv2d(
            narrowed(conv.inputChannels()),
            narrowed(conv.outputChannels()),
            conv.kernel(),
            conv.stride(),
            conv.padding(),
            conv.dilation(),
            1,
            conv.bias());
  }

  private static int narrowed(int channels) {
    return channels <= MANY ? channels : MANY + channels % MANY;
  }

  private static Conv2d padded(int channels) {
    return Conv2d.of(channels, 1, 3);
  }

  /** Holds a convolution in float32, which oneDNN does, against the same in float64. */
  static boolean isRight(Conv2d conv, boolean channelsLast, boolean gradients) {
    try (TorchScope scope = TorchScope.open()) {
      List<Tensor> single = results(conv, channelsLast, gradients, torch.ScalarType.Float);
      List<Tensor> exact = results(conv, channelsLast, gradients, torch.ScalarType.Double);
      for (int i = 0; i < single.size(); i++) {
        Tensor widened = single.get(i).to(torch.ScalarType.Double);
        if (!torch.allclose(widened, exact.get(i), TOLERANCE, TOLERANCE, false)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Output, and the gradients of input and weight. */
  private static List<Tensor> results(
      Conv2d conv, boolean channelsLast, boolean gradients, torch.ScalarType type) {
    int height = conv.kernel().height() * conv.dilation().height() + BEYOND_KERNEL;
    int width = conv.kernel().width() * conv.dilation().width() + BEYOND_KERNEL;
    Shape weights =
        Shape.of(
            conv.outputChannels(),
            conv.inputChannels() / conv.groups(),
            conv.kernel().height(),
            conv.kernel().width());
    Tensor x =
        leaf(Shape.of(2, conv.inputChannels(), height, width), 1, channelsLast, gradients, type);
    Tensor weight = leaf(weights, 2, channelsLast, gradients, type);
    Tensor y =
        torch.conv2d(
            x,
            weight,
            new TensorOptional(),
            new long[] {conv.stride().height(), conv.stride().width()},
            new long[] {conv.padding().height(), conv.padding().width()},
            new long[] {conv.dilation().height(), conv.dilation().width()},
            conv.groups());
    if (!gradients) {
      return List.of(y);
    }
    Shape outputs = Shape.of((int) y.size(0), (int) y.size(1), (int) y.size(2), (int) y.size(3));
    Tensor gradient = placed(SelfTestTensors.random(outputs, 3), channelsLast).to(type);
    y.backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
    return List.of(y.detach(), x.grad(), weight.grad());
  }

  private static Tensor leaf(
      Shape shape, int seed, boolean channelsLast, boolean gradients, torch.ScalarType type) {
    Tensor values = placed(SelfTestTensors.random(shape, seed), channelsLast).to(type).detach();
    return gradients ? values.requires_grad_(true) : values;
  }

  private static Tensor placed(Tensor values, boolean channelsLast) {
    return channelsLast ? values.contiguous(torch.MemoryFormat.ChannelsLast) : values.contiguous();
  }
}
