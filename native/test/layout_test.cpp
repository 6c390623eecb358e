// Names of layouts against those that oneDNN gives its tags.
#include "plan/layout.h"

#include "check.h"

namespace {

using yolo4j::plan::layout_name;
using Tag = dnnl::memory::format_tag;
using Dims = dnnl::memory::dims;

void named(const Dims& dims, Tag tag, const char* name) {
  dnnl::memory::desc memory(dims, dnnl::memory::data_type::f32, tag);
  CHECK_TEXT(layout_name(memory).c_str(), name);
}

}  // namespace

int main() {
  named({128, 64}, Tag::ab, "ab");
  named({128, 64}, Tag::ba, "ba");
  named({128, 64, 3, 5}, Tag::oihw, "abcd");
  named({128, 64, 3, 5}, Tag::ohwi, "acdb");
  named({128, 64, 3, 5}, Tag::hwio, "cdba");
  named({2, 128, 64, 3, 5}, Tag::goihw, "abcde");
  named({128, 64, 3, 5}, Tag::OIhw16i16o, "ABcd16b16a");
  named({256, 64}, Tag::BA16a64b, "BA16a64b");
  named({256, 64}, Tag::BA16a64b4a, "BA16a64b4a");
  // Dimensions of 1 have the strides of their neighbours.
  named({255, 64, 1, 1}, Tag::ohwi, "acdb");
  CHECK_TEXT(layout_name(dnnl::memory::desc()).c_str(), "packed");
  return check::result();
}
