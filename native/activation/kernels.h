// The loops in terms of vectors. Included inside the anonymous namespace of each instruction set's
// file, after its vectors and the activations.

template <typename Element, typename Activation>
void forward_run(const void* x, void* y, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  Element* to = static_cast<Element*>(y);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(to + i, Activation::forward(load(from + i)));
  }
  if (i < count) {
    store_first(to + i, Activation::forward(load_first(from + i, count - i)), count - i);
  }
}

template <typename Element, typename Activation>
void backward_run(const void* x, const void* dy, void* dx, int64_t count) {
  const Element* from = static_cast<const Element*>(x);
  const Element* gradient = static_cast<const Element*>(dy);
  Element* to = static_cast<Element*>(dx);
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store(to + i, Activation::backward(load(from + i), load(gradient + i)));
  }
  if (i < count) {
    int64_t rest = count - i;
    Vector u = load_first(from + i, rest);
    store_first(to + i, Activation::backward(u, load_first(gradient + i, rest)), rest);
  }
}
