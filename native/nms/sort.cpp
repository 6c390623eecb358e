// A radix sort from the lowest byte on, which leaves out the bytes that don't tell ranks apart.
#include <cstdint>

#include "nms/suppression.h"

namespace yolo4j::nms {
namespace {

constexpr int kDigits = 8;
/// Digits of the key, the lower half of a rank.
constexpr int kKeyDigits = 4;
constexpr int64_t kValues = 256;
/// Fewer are sorted by insertion.
constexpr int64_t kFew = 48;

uint32_t digit(uint64_t rank, int place) { return static_cast<uint32_t>(rank >> 8 * place & 0xff); }

void insertion_sort(Ranked* ranked, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    Ranked moving = ranked[i];
    int64_t j = i;
    for (; j > 0 && ranked[j - 1].rank > moving.rank; j--) {
      ranked[j] = ranked[j - 1];
    }
    ranked[j] = moving;
  }
}

/// Whether keys rise, as they do without keys of the caller's and in the decoder's order.
bool keys_rise(const Ranked* ranked, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    if (static_cast<uint32_t>(ranked[i - 1].rank) > static_cast<uint32_t>(ranked[i].rank)) {
      return false;
    }
  }
  return true;
}

void count_digits(const Ranked* ranked, int64_t count, int from,
                  uint32_t counts[kDigits][kValues]) {
  for (int64_t i = 0; i < count; i++) {
    for (int place = from; place < kDigits; place++) {
      counts[place][digit(ranked[i].rank, place)]++;
    }
  }
}

/// One stable pass; the counts become places.
void move_by_digit(const Ranked* from, Ranked* to, int64_t count, int place, uint32_t* counts) {
  uint32_t sum = 0;
  for (int64_t value = 0; value < kValues; value++) {
    uint32_t here = counts[value];
    counts[value] = sum;
    sum += here;
  }
  for (int64_t i = 0; i < count; i++) {
    to[counts[digit(from[i].rank, place)]++] = from[i];
  }
}

}  // namespace

Ranked* sort(Ranked* from, Ranked* spare, int64_t count) {
  if (count < kFew) {
    insertion_sort(from, count);
    return from;
  }
  uint32_t counts[kDigits][kValues] = {};
  int first = keys_rise(from, count) ? kKeyDigits : 0;
  count_digits(from, count, first, counts);
  for (int place = first; place < kDigits; place++) {
    if (counts[place][digit(from[0].rank, place)] == count) {
      continue;
    }
    move_by_digit(from, spare, count, place, counts[place]);
    Ranked* sorted = spare;
    spare = from;
    from = sorted;
  }
  return from;
}

}  // namespace yolo4j::nms
