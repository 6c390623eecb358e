// Squeeze and excite with its gradients by their formulas, in double precision. Each number comes
// with what its float32 error grows with.
#pragma once

#include "cuda/depthwise_reference.h"

namespace cuda_test {

struct SqueezeExciteInputs {
  Buffer& x;
  Buffer& dy;
  Buffer& squeeze_weight;
  Buffer& squeeze_bias;
  Buffer& excite_weight;
  Buffer& excite_bias;
  bool with_bias;
};

class SqueezeExciteGradients {
 public:
  using Numbers = std::vector<Expected>;

  SqueezeExciteGradients(const yolo4j_squeeze_excite& problem, const SqueezeExciteInputs& inputs)
      : p_(problem), in_(inputs) {
    std::size_t weights = static_cast<std::size_t>(p_.channels * p_.squeezed);
    dx.resize(static_cast<std::size_t>(p_.images * p_.channels * p_.pixels));
    y.resize(dx.size());
    dsqueeze_weight.resize(weights);
    dexcite_weight.resize(weights);
    dsqueeze_bias.resize(static_cast<std::size_t>(p_.squeezed));
    dexcite_bias.resize(static_cast<std::size_t>(p_.channels));
    for (int64_t image = 0; image < p_.images; image++) {
      add_image(image);
    }
  }

  Numbers y, dx, dsqueeze_weight, dsqueeze_bias, dexcite_weight, dexcite_bias;

 private:
  static std::size_t index(int64_t i) { return static_cast<std::size_t>(i); }

  static void add(Expected& sum, double factor, const Expected& term) {
    sum.value += factor * term.value;
    sum.size += std::fabs(factor) * term.size;
  }

  /// a · b; the error of one is multiplied by the other.
  static void add_product(Expected& sum, const Expected& a, const Expected& b) {
    sum.value += a.value * b.value;
    sum.size += std::fabs(a.value) * b.size + a.size * std::fabs(b.value);
  }

  Numbers product(Buffer& weight, Buffer& bias, const Numbers& in, int64_t rows) {
    Numbers out(index(rows));
    int64_t columns = static_cast<int64_t>(in.size());
    for (int64_t r = 0; r < rows; r++) {
      out[index(r)].add(in_.with_bias ? bias.get(r) : 0);
      for (int64_t c = 0; c < columns; c++) {
        add(out[index(r)], weight.get(r * columns + c), in[index(c)]);
      }
    }
    return out;
  }

  static Numbers transposed(Buffer& weight, const Numbers& gradient, int64_t columns) {
    Numbers out(index(columns));
    for (int64_t r = 0; r < static_cast<int64_t>(gradient.size()); r++) {
      for (int64_t c = 0; c < columns; c++) {
        add(out[index(c)], weight.get(r * columns + c), gradient[index(r)]);
      }
    }
    return out;
  }

  static Numbers behind(int32_t activation, const Numbers& u) {
    Numbers out;
    for (const Expected& one : u) {
      out.push_back({activated(activation, one.value), one.size + 1});
    }
    return out;
  }

  /// Slopes change by less than the argument does.
  static void before(int32_t activation, const Numbers& u, Numbers& gradient) {
    for (std::size_t i = 0; i < u.size(); i++) {
      Expected& g = gradient[i];
      g.size = 1.1 * g.size + std::fabs(g.value) * (u[i].size + 1);
      g.value *= slope(activation, u[i].value);
    }
  }

  static void add_outer(const Numbers& outer, const Numbers& inner, Numbers& weight,
                        Numbers& bias) {
    for (std::size_t r = 0; r < outer.size(); r++) {
      for (std::size_t c = 0; c < inner.size(); c++) {
        add_product(weight[r * inner.size() + c], outer[r], inner[c]);
      }
      add(bias[r], 1, outer[r]);
    }
  }

  void add_image(int64_t image) {
    Numbers mean(index(p_.channels));
    Numbers dexcite(index(p_.channels));
    for (int64_t c = 0; c < p_.channels; c++) {
      for (int64_t pixel = 0; pixel < p_.pixels; pixel++) {
        int64_t i = place(p_.layout, image, c, pixel, p_.channels, p_.pixels);
        mean[index(c)].add(in_.x.get(i) / static_cast<double>(p_.pixels));
        dexcite[index(c)].add(in_.x.get(i) * in_.dy.get(i));
      }
    }
    Numbers u = product(in_.squeeze_weight, in_.squeeze_bias, mean, p_.squeezed);
    Numbers hidden = behind(p_.activation, u);
    Numbers v = product(in_.excite_weight, in_.excite_bias, hidden, p_.channels);
    Numbers factor = behind(p_.gate, v);
    before(p_.gate, v, dexcite);
    Numbers dsqueeze = transposed(in_.excite_weight, dexcite, p_.squeezed);
    before(p_.activation, u, dsqueeze);
    Numbers shift = transposed(in_.squeeze_weight, dsqueeze, p_.channels);
    for (int64_t c = 0; c < p_.channels; c++) {
      for (int64_t pixel = 0; pixel < p_.pixels; pixel++) {
        int64_t i = place(p_.layout, image, c, pixel, p_.channels, p_.pixels);
        add(y[index(i)], in_.x.get(i), factor[index(c)]);
        add(dx[index(i)], in_.dy.get(i), factor[index(c)]);
        add(dx[index(i)], 1 / static_cast<double>(p_.pixels), shift[index(c)]);
      }
    }
    add_outer(dexcite, hidden, dexcite_weight, dexcite_bias);
    add_outer(dsqueeze, mean, dsqueeze_weight, dsqueeze_bias);
  }

  const yolo4j_squeeze_excite& p_;
  const SqueezeExciteInputs in_;
};

}  // namespace cuda_test
