#include "plan/layout.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

namespace yolo4j::plan {
namespace {

using Dims = dnnl::memory::dims;

std::size_t index(dnnl::memory::dim i) { return static_cast<std::size_t>(i); }

/// How much of each dimension lies within the blocks.
Dims blocked(const dnnl::memory::desc& memory) {
  Dims product(index(memory.get_ndims()), 1);
  const Dims blocks = memory.get_inner_blks();
  const Dims of = memory.get_inner_idxs();
  for (std::size_t i = 0; i < blocks.size(); i++) {
    product[index(of[i])] *= blocks[i];
  }
  return product;
}

}  // namespace

std::string layout_name(const dnnl::memory::desc& memory) {
  if (memory.get_format_kind() != dnnl::memory::format_kind::blocked) {
    return "packed";
  }
  const Dims strides = memory.get_strides();
  const Dims padded = memory.get_padded_dims();
  const Dims inner = blocked(memory);
  std::vector<std::size_t> order(strides.size());
  for (std::size_t i = 0; i < order.size(); i++) {
    order[i] = i;
  }
  // Of equal strides the longer dimension is the outer one, then the first.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return strides[a] != strides[b] ? strides[a] > strides[b]
                                    : padded[a] / inner[a] > padded[b] / inner[b];
  });
  std::string name;
  for (std::size_t i : order) {
    const char letter = static_cast<char>('a' + i);
    name += inner[i] > 1 ? static_cast<char>(std::toupper(letter)) : letter;
  }
  const Dims blocks = memory.get_inner_blks();
  const Dims of = memory.get_inner_idxs();
  for (std::size_t i = 0; i < blocks.size(); i++) {
    name += std::to_string(blocks[i]) + static_cast<char>('a' + of[i]);
  }
  return name;
}

}  // namespace yolo4j::plan
