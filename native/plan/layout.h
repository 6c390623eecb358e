// Names of memory layouts, for people.
#pragma once

#include <dnnl.hpp>
#include <string>

namespace yolo4j::plan {

/// oneDNN's name of a layout: dimensions a, b, c … from the outermost to the innermost, upper case
/// where a dimension is cut into blocks, then the blocks: "AcdB16b32a" holds [out / 32][kernel
/// height][kernel width][in / 16] of blocks of 16 inputs by 32 outputs. "packed" where oneDNN
/// doesn't tell.
std::string layout_name(const dnnl::memory::desc& memory);

}  // namespace yolo4j::plan
