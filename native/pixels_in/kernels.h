// The row kernels in terms of vectors and of shuffles of 16 pixels. Included inside the anonymous
// namespace of each instruction set's file, after both.

constexpr int64_t kBlock = 16;
constexpr int64_t kBlockBytes = kBlock * kChannels;

template <typename T>
void copy_elements(const T* from, int64_t count, T* to) {
  for (int64_t i = 0; i < count; i++) {
    to[i] = from[i];
  }
}

/// b / 255 for whole numbers 0 to 255, rounded as the division is: a product, and its error's
/// correction. A division costs ten times as much.
inline Vector quotient(Vector b) {
  Vector share = splat(1.0f / 255);
  Vector estimate = multiply(b, share);
  Vector error = fma(estimate, splat(-255), b);
  return fma(error, share, estimate);
}

template <typename Element, int64_t kCount>
void convert(const uint8_t* bytes, Element* y) {
  for (int64_t i = 0; i < kCount; i += kLanes) {
    store(y + i, quotient(from_bytes(bytes + i)));
  }
}

template <typename Element>
void interleaved_block(const uint8_t* pixels, bool reverse, Element* y) {
  if (reverse) {
    uint8_t turned[kBlockBytes];
    reverse16(pixels, turned);
    convert<Element, kBlockBytes>(turned, y);
  } else {
    convert<Element, kBlockBytes>(pixels, y);
  }
}

template <typename Element>
void interleaved(const Row& row, bool reverse, void* out) {
  Element* y = static_cast<Element*>(out);
  int64_t i = 0;
  for (; i + kBlock <= row.count; i += kBlock) {
    interleaved_block(row.pixels + i * kChannels, reverse, y + i * kChannels);
  }
  int64_t left = (row.count - i) * kChannels;
  if (left > 0) {
    uint8_t pixels[kBlockBytes] = {};
    Element tail[kBlockBytes];
    copy_elements(row.pixels + i * kChannels, left, pixels);
    interleaved_block(pixels, reverse, tail);
    copy_elements(tail, left, y + i * kChannels);
  }
}

template <typename Element>
void planes_block(const uint8_t* pixels, Element* y0, Element* y1, Element* y2) {
  uint8_t split[kChannels][kBlock];
  split16(pixels, split);
  convert<Element, kBlock>(split[0], y0);
  convert<Element, kBlock>(split[1], y1);
  convert<Element, kBlock>(split[2], y2);
}

template <typename Element>
void planes(const Row& row, void* const out[kChannels]) {
  Element* y0 = static_cast<Element*>(out[0]);
  Element* y1 = static_cast<Element*>(out[1]);
  Element* y2 = static_cast<Element*>(out[2]);
  int64_t i = 0;
  for (; i + kBlock <= row.count; i += kBlock) {
    planes_block(row.pixels + i * kChannels, y0 + i, y1 + i, y2 + i);
  }
  int64_t left = row.count - i;
  if (left > 0) {
    uint8_t pixels[kBlockBytes] = {};
    Element tail[kChannels][kBlock];
    copy_elements(row.pixels + i * kChannels, left * kChannels, pixels);
    planes_block(pixels, tail[0], tail[1], tail[2]);
    copy_elements(tail[0], left, y0 + i);
    copy_elements(tail[1], left, y1 + i);
    copy_elements(tail[2], left, y2 + i);
  }
}

constexpr Kernels table() {
  return Kernels{{interleaved<float>, interleaved<uint16_t>}, {planes<float>, planes<uint16_t>}};
}
