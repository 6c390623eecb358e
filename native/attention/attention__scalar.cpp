// The formulas, one query at a time and in double precision: the documentation of the family.
#include <cmath>
#include <limits>

#include "attention/attention.h"
#include "simd/element.h"

namespace yolo4j::attention {
namespace {

template <typename Element>
double score(const Unit& u, const Element* query, int64_t key) {
  const Element* keys = static_cast<const Element*>(u.key) + key * u.x_pixel;
  double sum = 0;
  for (int64_t c = 0; c < u.width; c++) {
    sum += value(query + c) * value(keys + c);
  }
  return sum * static_cast<double>(u.scale);
}

/// Weights end here, as those of the vectors do.
constexpr double kLeastExponent = -80;

template <typename Element>
void attend_one(const Unit& u, const Element* query, Element* y, double* sums) {
  // Finite, so that scores of −∞ alone are as far below it as each other.
  double most = -static_cast<double>(std::numeric_limits<float>::max());
  for (int64_t j = 0; j < u.pixels; j++) {
    const double s = score(u, query, j);
    most = s > most || std::isnan(s) ? s : most;
  }
  double total = 0;
  for (int64_t c = 0; c < u.width; c++) {
    sums[c] = 0;
  }
  for (int64_t j = 0; j < u.pixels; j++) {
    const double below = score(u, query, j) - most;
    const double weight = std::exp(below < kLeastExponent ? kLeastExponent : below);
    const Element* values = static_cast<const Element*>(u.value) + j * u.x_pixel;
    total += weight;
    for (int64_t c = 0; c < u.width; c++) {
      sums[c] += weight * value(values + c);
    }
  }
  for (int64_t c = 0; c < u.width; c++) {
    put(y + c, sums[c] / total);
  }
}

constexpr int64_t kQueries = 16;

template <typename Element>
void attend(const Unit& u) {
  const Element* query = static_cast<const Element*>(u.query);
  Element* y = static_cast<Element*>(u.y);
  for (int64_t i = 0; i < u.queries; i++) {
    // A tile that has room for it: kQueries floats a channel, aligned as the workspace is.
    attend_one(u, query + i * u.x_pixel, y + i * u.y_pixel,
               reinterpret_cast<double*>(u.tiles.query));
  }
}

}  // namespace

const Kernels kScalar{kQueries, {attend<float>, attend<uint16_t>}};

}  // namespace yolo4j::attention
