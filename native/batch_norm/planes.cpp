// NCHW. A channel's values are runs of `pixels` elements, one an image. A thread takes a channel
// through both passes before it turns to the next, so that the second pass finds it in the cache;
// where there are too few channels for the threads, they share each channel's tiles.
#include "batch_norm/norm.h"

namespace yolo4j::batch_norm {
namespace {

/// The tiles of a channel: several whole planes, or parts of one. They depend on sizes alone, and
/// their sums are added in order, so that the result doesn't depend on the number of threads.
class Tiles {
 public:
  explicit Tiles(const Norm& norm) : norm_(norm) {
    if (norm.pixels >= kTile) {
      int64_t parts = (norm.pixels + kTile - 1) / kTile;
      // Whole registers in all parts but the last.
      length_ = ((norm.pixels + parts - 1) / parts + 15) / 16 * 16;
      parts_ = (norm.pixels + length_ - 1) / length_;
      planes_ = 1;
    } else {
      length_ = norm.pixels;
      parts_ = 1;
      planes_ = kTile / norm.pixels;
    }
    count_ = (norm.images + planes_ - 1) / planes_ * parts_;
  }

  int64_t count() const { return count_; }

  /// Index of the first element of a channel's tile.
  int64_t start(int64_t channel, int64_t tile) const {
    int64_t image = tile / parts_ * planes_;
    return (image * norm_.channels + channel) * norm_.pixels + tile % parts_ * length_;
  }

  Planes planes(int64_t tile) const {
    int64_t left = norm_.images - tile / parts_ * planes_;
    int64_t rest = norm_.pixels - tile % parts_ * length_;
    return Planes{left < planes_ ? left : planes_, rest < length_ ? rest : length_,
                  norm_.channels * norm_.pixels};
  }

 private:
  const Norm& norm_;
  int64_t planes_;
  int64_t length_;
  int64_t parts_;
  int64_t count_;
};

/// Whether each thread has channels of its own.
bool by_channel(const Norm& norm) {
  return norm.channels % norm.threads == 0 || norm.channels >= 4 * norm.threads;
}

/// A pass over x in two steps, each tile by tile, with something to do for a channel in between.
template <typename Task>
void run(const Norm& norm, const Tiles& tiles, Task& task) {
  int64_t channels = norm.channels;
  in_team(norm.threads, [&](const Team& team) {
    if (by_channel(norm)) {
      for (int64_t c = team.begin(channels); c < team.end(channels); c++) {
        task.start(c);
        for (int64_t tile = 0; tile < tiles.count(); tile++) {
          task.sum(c, tile);
        }
        task.finish(c);
        // Backwards: what was read last is still in the nearest cache.
        for (int64_t tile = tiles.count() - 1; tile >= 0; tile--) {
          task.apply(c, tile);
        }
      }
      return;
    }
    int64_t units = channels * tiles.count();
    for (int64_t c = team.begin(channels); c < team.end(channels); c++) {
      task.start(c);
    }
    team.barrier();
    for (int64_t unit = team.begin(units); unit < team.end(units); unit++) {
      task.sum(unit / tiles.count(), unit % tiles.count());
    }
    team.barrier();
    for (int64_t c = team.begin(channels); c < team.end(channels); c++) {
      task.finish(c);
    }
    team.barrier();
    for (int64_t unit = team.end(units) - 1; unit >= team.begin(units); unit--) {
      task.apply(unit / tiles.count(), unit % tiles.count());
    }
  });
}

/// Workspace: sums of each tile, then what the layout keeps of each channel.
struct Workspace {
  Workspace(void* memory, const Norm& norm, const Tiles& tiles)
      : partial(static_cast<Sums*>(memory)), channels(partial + norm.channels * tiles.count()) {}

  Sums* partial;
  void* channels;
};

Sums total(const Sums* partial, int64_t count) {
  Sums sums = {0, 0};
  for (int64_t i = 0; i < count; i++) {
    sums.first += partial[i].first;
    sums.second += partial[i].second;
  }
  return sums;
}

struct ForwardTask {
  ForwardTask(const Norm& n, const Tiles& t, const Forward& b)
      : norm(n), tiles(t), buffers(b), workspace(b.workspace, n, t) {
    shifts = static_cast<float*>(workspace.channels);
    coefficients = reinterpret_cast<Coefficients*>(shifts + n.channels);
  }

  void start(int64_t c) {
    double sum = 0;
    for (int64_t i = 0; i < kShiftSamples; i++) {
      int64_t sample = shift_sample(norm, i);
      int64_t plane = sample / norm.pixels * norm.channels + c;
      sum += norm.value(buffers.x, plane * norm.pixels + sample % norm.pixels);
    }
    shifts[c] = shift_of(sum);
  }

  void sum(int64_t c, int64_t tile) {
    double sums[2] = {0, 0};
    norm.kernels->plane_sums[norm.element](norm.at(buffers.x, tiles.start(c, tile)),
                                           tiles.planes(tile), shifts[c], sums);
    workspace.partial[c * tiles.count() + tile] = Sums{sums[0], sums[1]};
  }

  void finish(int64_t c) {
    Sums sums = total(workspace.partial + c * tiles.count(), tiles.count());
    coefficients[c] = finish_statistics(norm, buffers, c, shifts[c], sums);
  }

  void apply(int64_t c, int64_t tile) {
    int64_t start = tiles.start(c, tile);
    norm.kernels->plane_apply[norm.element][norm.activation](
        norm.at(buffers.x, start), norm.at(buffers.y, start), tiles.planes(tile), coefficients[c]);
  }

  const Norm& norm;
  const Tiles& tiles;
  const Forward& buffers;
  Workspace workspace;
  float* shifts;
  Coefficients* coefficients;
};

struct BackwardTask {
  BackwardTask(const Norm& n, const Tiles& t, const Backward& b)
      : norm(n), tiles(t), buffers(b), workspace(b.workspace, n, t) {
    coefficients = static_cast<GradientCoefficients*>(workspace.channels);
    keeps = keeps_gradient(n, by_channel(n) ? n.count() : n.channels * n.count());
  }

  void start(int64_t) {}

  void sum(int64_t c, int64_t tile) {
    int64_t start = tiles.start(c, tile);
    double sums[2] = {0, 0};
    const void* x = norm.at(buffers.x, start);
    const void* dy = norm.at(buffers.dy, start);
    Coefficients forward = coefficients_of(buffers, c);
    if (keeps) {
      norm.kernels->plane_kept_silu_sums(x, dy, norm.at(buffers.dx, start), tiles.planes(tile),
                                         forward, sums);
    } else {
      norm.kernels->plane_gradient_sums[norm.element][norm.activation](x, dy, tiles.planes(tile),
                                                                       forward, sums);
    }
    workspace.partial[c * tiles.count() + tile] = Sums{sums[0], sums[1]};
  }

  void finish(int64_t c) {
    Sums sums = total(workspace.partial + c * tiles.count(), tiles.count());
    coefficients[c] = finish_gradient(norm, buffers, c, sums);
  }

  void apply(int64_t c, int64_t tile) {
    int64_t start = tiles.start(c, tile);
    norm.kernels->plane_gradient[norm.element][keeps ? +kNone : norm.activation](
        norm.at(buffers.x, start), norm.at(keeps ? buffers.dx : buffers.dy, start),
        norm.at(buffers.dx, start), tiles.planes(tile), coefficients[c]);
  }

  const Norm& norm;
  const Tiles& tiles;
  const Backward& buffers;
  Workspace workspace;
  GradientCoefficients* coefficients;
  bool keeps;
};

}  // namespace

int64_t planes_workspace(const Norm& norm) {
  int64_t partial = norm.channels * Tiles(norm).count() * static_cast<int64_t>(sizeof(Sums));
  int64_t forward = norm.channels * static_cast<int64_t>(sizeof(float) + sizeof(Coefficients));
  int64_t backward = norm.channels * static_cast<int64_t>(sizeof(GradientCoefficients));
  return partial + (forward > backward ? forward : backward);
}

void forward_planes(const Norm& norm, const Forward& buffers) {
  Tiles tiles(norm);
  ForwardTask task(norm, tiles, buffers);
  run(norm, tiles, task);
}

void backward_planes(const Norm& norm, const Backward& buffers) {
  Tiles tiles(norm);
  BackwardTask task(norm, tiles, buffers);
  run(norm, tiles, task);
}

}  // namespace yolo4j::batch_norm
