// The greedy run over the candidates in their order, and the kept boxes of each class.
#include "nms/suppression.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace yolo4j::nms {
namespace {

/// Candidates of the first run, at least; the following runs are longer each time.
constexpr int64_t kFirstRun = 1024;
constexpr int64_t kGrowth = 4;
/// How far ahead boxes are asked for: they lie anywhere in memory.
constexpr int64_t kAhead = 12;

int64_t slots_for(int64_t classes) {
  int64_t slots = 2;
  while (slots < 2 * classes) {
    slots *= 2;
  }
  return slots;
}

void prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#else
  (void)address;
#endif
}

/// Kept boxes, those of one class in a list of blocks; the lists are found by hashing class ids, so
/// that high ids cost no memory.
class Kept {
 public:
  Kept(const Suppression& suppression, const Workspace& workspace)
      : suppression_(suppression),
        slots_(workspace.slots),
        mask_(static_cast<uint32_t>(workspace.slot_count - 1)),
        blocks_(workspace.blocks) {
    for (int64_t i = 0; i < workspace.slot_count; i++) {
      slots_[i] = Slot{0, -1};
    }
  }

  /// Keeps the box unless one of its class suppresses it, and returns whether it did.
  bool offer(int32_t class_id, const Box& box) {
    Slot& slot = find(class_id);
    if (suppression_.kernels->suppressed(blocks_, slot.newest, box, suppression_.threshold)) {
      return false;
    }
    if (slot.newest < 0 || blocks_[slot.newest].size == kBlockBoxes) {
      std::memset(blocks_ + used_, 0, sizeof *blocks_);
      blocks_[used_].older = slot.newest;
      slot = Slot{class_id, used_++};
    }
    add(blocks_[slot.newest], box);
    return true;
  }

 private:
  /// The class's slot, or the free one that it may take.
  Slot& find(int32_t class_id) {
    uint32_t hash = static_cast<uint32_t>(class_id) * UINT32_C(2654435769);
    // The upper bits of the product depend on all bits of the id.
    uint32_t i = (hash ^ hash >> 15) & mask_;
    while (slots_[i].newest >= 0 && slots_[i].class_id != class_id) {
      i = (i + 1) & mask_;
    }
    return slots_[i];
  }

  static void add(Block& block, const Box& box) {
    int32_t i = block.size++;
    block.x1[i] = box.x1;
    block.y1[i] = box.y1;
    block.x2[i] = box.x2;
    block.y2[i] = box.y2;
    block.area[i] = (box.x2 - box.x1) * (box.y2 - box.y1);
  }

  const Suppression& suppression_;
  Slot* slots_;
  uint32_t mask_;
  Block* blocks_;
  int32_t used_ = 0;
};

Box box_at(const Buffers& buffers, int32_t index) {
  Box box;
  std::memcpy(&box, buffers.boxes + 4 * static_cast<int64_t>(index), sizeof box);
  return box;
}

/// Offers a run's candidates and returns how many are kept by now.
int64_t offer_run(const Suppression& suppression, const Buffers& buffers, const Ranked* run,
                  int64_t length, Kept& kept, int64_t count) {
  for (int64_t i = 0; i < length && count < suppression.most_kept; i++) {
    int64_t soon = i + kAhead < length ? run[i + kAhead].index : run[i].index;
    prefetch(buffers.boxes + 4 * soon);
    if (!suppression.agnostic) {
      prefetch(buffers.class_ids + soon);
    }
    int32_t index = run[i].index;
    int32_t class_id = suppression.agnostic ? 0 : buffers.class_ids[index];
    if (kept.offer(class_id, box_at(buffers, index))) {
      buffers.kept[count++] = index;
    }
  }
  return count;
}

}  // namespace

Workspace::Workspace(const Suppression& suppression, void* memory) {
  int64_t classes = suppression.agnostic ? 1 : suppression.most_kept;
  int64_t block_count = suppression.agnostic
                            ? (suppression.most_kept + kBlockBoxes - 1) / kBlockBoxes
                            : suppression.most_kept;
  slot_count = slots_for(classes);
  // Parts in the order of their alignment; offsets instead of pointers, as memory may be null where
  // only the size is asked for.
  int64_t at = 0;
  auto part = [&](int64_t count, std::size_t size) {
    int64_t begin = at;
    at += count * static_cast<int64_t>(size);
    return memory == nullptr ? nullptr : static_cast<char*>(memory) + begin;
  };
  for (Ranked*& side : ranked) {
    side = reinterpret_cast<Ranked*>(part(suppression.most_candidates, sizeof(Ranked)));
  }
  slots = reinterpret_cast<Slot*>(part(slot_count, sizeof(Slot)));
  blocks = reinterpret_cast<Block*>(part(block_count, sizeof(Block)));
  bins = reinterpret_cast<uint32_t*>(part(kBins, sizeof(uint32_t)));
  bytes = at;
}

int64_t suppress(const Suppression& suppression, const Buffers& buffers, int64_t present) {
  Workspace workspace(suppression, buffers.workspace);
  Ranking ranking(suppression, buffers, workspace, present);
  Kept kept(suppression, workspace);
  int64_t wanted = suppression.most_kept < kFirstRun ? kFirstRun : suppression.most_kept;
  int64_t count = 0;
  const Ranked* run = nullptr;
  while (count < suppression.most_kept) {
    int64_t length = ranking.next(wanted, &run);
    if (length == 0) {
      break;
    }
    count = offer_run(suppression, buffers, run, length, kept, count);
    wanted *= kGrowth;
  }
  return count;
}

}  // namespace yolo4j::nms
