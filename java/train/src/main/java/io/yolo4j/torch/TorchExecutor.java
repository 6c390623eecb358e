package io.yolo4j.torch;

import io.yolo4j.graph.BatchNormFolding;
import io.yolo4j.graph.DetectionHead;
import io.yolo4j.graph.Graph;
import io.yolo4j.runtime.Executor;
import io.yolo4j.runtime.ImageBatch;
import io.yolo4j.runtime.IssueListener;
import io.yolo4j.runtime.MeasurableExecutor;
import io.yolo4j.runtime.RawHead;
import io.yolo4j.runtime.StepListener;
import io.yolo4j.runtime.StepMemory;
import io.yolo4j.weights.FoldedState;
import io.yolo4j.weights.StateDict;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Runs a detection network on LibTorch in inference mode, batch norms folded. The pixels are read
 * where they lie; the raw heads are LibTorch's own memory.
 *
 * <p>Threads and ownership: as {@link Executor} says.
 */
public final class TorchExecutor implements MeasurableExecutor {
  private final TorchNetwork network;
  private final DetectionHead head;
  private final List<Tensor> held = new ArrayList<>();
  private @Nullable StepClock clock;
  private boolean closed;

  private TorchExecutor(TorchNetwork network, DetectionHead head) {
    this.network = network;
    this.head = head;
  }

  /**
   * Creates an executor.
   *
   * @param graph a network with a detection head
   * @param state its weights; copied
   * @throws IllegalArgumentException if the graph has no head or the weights do not fit
   */
  public static TorchExecutor create(Graph graph, StateDict state, TorchOptions options) {
    return folded(BatchNormFolding.all(graph), state, options);
  }

  /**
   * Creates an executor of a network with the batch norms folded that somebody chose.
   *
   * @param state the weights of the network before; copied
   * @throws IllegalArgumentException if the graph has no head or the weights do not fit
   */
  public static TorchExecutor folded(
      BatchNormFolding folding, StateDict state, TorchOptions options) {
    return unfolded(folding.graph(), FoldedState.of(state, folding), options);
  }

  /**
   * Creates an executor that leaves batch norms as they are: slower, the form that others compare
   * with.
   */
  public static TorchExecutor unfolded(Graph graph, StateDict state, TorchOptions options) {
    return new TorchExecutor(TorchNetwork.frozen(graph, state, options), graph.requireHead());
  }

  @Override
  public DetectionHead head() {
    return head;
  }

  @Override
  public Graph graph() {
    return network.graph();
  }

  @Override
  public List<Integer> doneBy() {
    return network.doneBy();
  }

  @Override
  public List<RawHead> run(ImageBatch batch) {
    return measured(batch, null);
  }

  /**
   * {@inheritDoc} On a GPU times are those of events on LibTorch's stream. No GPU has run that yet.
   */
  @Override
  public List<RawHead> run(ImageBatch batch, StepListener listener) {
    checkOpen();
    StepClock taken = clock == null ? clockOfDevice() : clock;
    clock = taken;
    return run(batch, listener, taken);
  }

  /** As {@link #run(ImageBatch, StepListener)}, with a clock of the caller's. */
  List<RawHead> run(ImageBatch batch, StepListener listener, StepClock taken) {
    taken.begin(listener);
    List<RawHead> heads = measured(batch, taken);
    taken.end();
    return heads;
  }

  @Override
  public OptionalInt gpu() {
    return network.options().device() == TorchOptions.Device.CPU
        ? OptionalInt.empty()
        : OptionalInt.of(GpuMarks.DEVICE);
  }

  /**
   * {@inheritDoc} The heads come back to the host's memory, so a GPU has done everything before.
   */
  @Override
  public List<RawHead> run(ImageBatch batch, IssueListener listener) {
    return measured(batch, new IssueClock(listener));
  }

  /** {@inheritDoc} On a GPU it is the end of the run. */
  @Override
  public boolean tellsOfStepsAsTheyEnd() {
    return network.options().device() == TorchOptions.Device.CPU;
  }

  @Override
  public List<StepMemory> memory(ImageBatch batch) {
    if (network.options().device() != TorchOptions.Device.CPU) {
      return List.of();
    }
    MemoryObserver observer = new MemoryObserver(network::isOwn);
    network.observe(observer);
    try {
      measured(batch, null);
    } finally {
      network.observe(null);
    }
    return observer.steps();
  }

  private StepClock clockOfDevice() {
    if (network.options().device() == TorchOptions.Device.CPU) {
      return new HostClock();
    }
    int steps = graph().nodes().size();
    return new EventClock(GpuMarks.create(EventClock.marksFor(steps)), steps, System::nanoTime);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the executor is closed");
    }
  }

  private List<RawHead> measured(ImageBatch batch, @Nullable StepClock taken) {
    checkOpen();
    batch.requireMultiplesOf(head.maxStride());
    releaseHeld();
    List<RawHead> heads = new ArrayList<>();
    try (TorchScope scope = TorchScope.open()) {
      for (Tensor output :
          network.forward(
              List.of(
                  PixelTensor.of(
                      batch.pixels(),
                      batch.images(),
                      batch.height(),
                      batch.width(),
                      network.options().device())),
              false,
              taken)) {
        Tensor values = TorchScope.keep(output.to(torch.ScalarType.Float).cpu().contiguous());
        held.add(values);
        heads.add(rawHead(values));
      }
    }
    return heads;
  }

  @Override
  public String describe() {
    TorchOptions options = network.options();
    return "LibTorch %s, %s, %s, %s, %d threads%s"
        .formatted(
            TorchLibrary.version(),
            options.device().name().toLowerCase(Locale.ROOT),
            options.layout().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            options.precision().name().toLowerCase(Locale.ROOT),
            TorchLibrary.threads(),
            options.ownKernels() ? "" : ", without yolo4j's kernels");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      releaseHeld();
      if (clock != null) {
        clock.close();
      }
      network.close();
    }
  }

  private static RawHead rawHead(Tensor values) {
    FloatBuffer buffer = values.createBuffer();
    int[] dims = TensorTransfer.shape(values).toArray();
    return new RawHead(buffer, dims[0], dims[1], dims[2], dims[3], dims[4]);
  }

  private void releaseHeld() {
    held.forEach(Tensor::close);
    held.clear();
  }
}
