"""Times the CUDA operations of libyolo4j.so against PyTorch's own and a plain copy.

    python3 gpu_table.py <libyolo4j.so>

Prints one Markdown table. Each result is compared with PyTorch's before it is timed; a difference
ends the program. Times are medians of CUDA events, buffers rotate through more memory than the
second-level cache has, GB/s counts each operand once.
"""

import ctypes
import statistics
import sys

import torch
import torch.nn.functional as F

P, I32, I64, F32 = ctypes.c_void_p, ctypes.c_int32, ctypes.c_int64, ctypes.c_float
U32, F64 = ctypes.c_uint32, ctypes.c_double
DTYPES = {torch.float32: 1, torch.float16: 2, torch.bfloat16: 3}
NCHW, NHWC = 1, 2
RELU, SILU, HARDSWISH, HARDSIGMOID = 1, 3, 4, 5
NONE = 0
ROTATED_BYTES = 256 << 20


def structure(name, fields):
    """A structure of yolo4j.h whose first field is struct_size; the others by keyword."""

    def init(self, **values):
        ctypes.Structure.__init__(self, ctypes.sizeof(type(self)))
        for key, value in values.items():
            if isinstance(value, torch.Tensor):
                value = value.data_ptr()
            setattr(self, key, value)

    return type(
        name,
        (ctypes.Structure,),
        {"_fields_": [("struct_size", U32)] + fields, "__init__": init},
    )


Call = structure("Call", [("device", I32), ("stream", P)])
Elementwise = structure(
    "Elementwise", [("dtype", I32), ("activation", I32), ("threads", I32), ("count", I64)]
)
Depthwise = structure(
    "Depthwise",
    [(n, I32) for n in ("dtype", "layout", "activation", "threads", "kernel", "stride")]
    + [(n, I32) for n in ("pad_top", "pad_left", "pad_bottom", "pad_right")]
    + [(n, I64) for n in ("images", "channels", "height", "width")],
)
DepthwiseForward = structure(
    "DepthwiseForward",
    [("x", P), ("weight", P), ("bias", P), ("y", P), ("workspace", P), ("workspace_bytes", I64), ("pooled", P)],
)
DepthwiseBackward = structure(
    "DepthwiseBackward",
    [("x", P), ("dy", P), ("weight", P), ("dx", P), ("dweight", P), ("workspace", P), ("workspace_bytes", I64)],
)
SqueezeExcite = structure(
    "SqueezeExcite",
    [(n, I32) for n in ("dtype", "layout", "activation", "gate", "threads")]
    + [(n, I64) for n in ("images", "channels", "pixels", "squeezed")],
)
SqueezeExciteBuffers = structure(
    "SqueezeExciteBuffers",
    [(n, P) for n in ("x", "pooled", "squeeze_weight", "squeeze_bias", "excite_weight", "excite_bias", "y", "workspace")]
    + [("workspace_bytes", I64)],
)
SqueezeExciteBackward = structure(
    "SqueezeExciteBackward",
    [(n, P) for n in ("x", "dy", "squeeze_weight", "squeeze_bias", "excite_weight", "excite_bias", "dx")]
    + [(n, P) for n in ("dsqueeze_weight", "dsqueeze_bias", "dexcite_weight", "dexcite_bias", "workspace")]
    + [("workspace_bytes", I64)],
)
Nms = structure(
    "Nms",
    [("agnostic", I32), ("count", I64), ("most_candidates", I64), ("most_kept", I64), ("iou_threshold", F64)],
)
NmsBuffers = structure(
    "NmsBuffers",
    [(n, P) for n in ("boxes", "scores", "class_ids", "keys", "present", "kept", "kept_count", "workspace")]
    + [("workspace_bytes", I64)],
)
Decode = structure(
    "Decode",
    [(n, I32) for n in ("dtype", "multi_label", "anchors")]
    + [(n, I64) for n in ("classes", "height", "width", "anchor_stride", "row_stride", "column_stride", "output_stride", "first_key")]
    + [("confidence", F32), ("stride", F32), ("anchor_sizes", F32 * 32)],
)
DecodeBuffers = structure(
    "DecodeBuffers",
    [(n, P) for n in ("logits", "keep", "boxes", "scores", "class_ids", "keys")]
    + [("capacity", I64), ("count", P)],
)
PixelsIn = structure(
    "PixelsIn",
    [(n, I32) for n in ("dtype", "layout", "reverse", "fill", "threads")]
    + [(n, I64) for n in ("width", "height", "row_bytes", "frame_width", "frame_height", "left", "top")],
)


class Library:
    """The shared library; a failure raises with its text."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.yolo4j_last_error.restype = ctypes.c_char_p

    def run(self, name, *arguments):
        passed = [ctypes.byref(a) if isinstance(a, ctypes.Structure) else a for a in arguments]
        passed = [P(a.data_ptr()) if isinstance(a, torch.Tensor) else a for a in passed]
        if getattr(self.library, "yolo4j_cuda_" + name)(*passed) != 0:
            raise RuntimeError(self.library.yolo4j_last_error().decode())

    def launch(self, name, *arguments):
        stream = torch.cuda.current_stream().cuda_stream
        self.run(name, Call(device=torch.cuda.current_device(), stream=stream), *arguments)

    def workspace(self, name, parameters):
        size = I64()
        self.run(name + "_workspace", parameters, ctypes.byref(size))
        return torch.empty(size.value, dtype=torch.uint8, device="cuda")


def median_microseconds(variants, rounds=60):
    """The median time of one run; the runs take turns through the variants, each with its buffers."""
    for variant in variants[:3]:
        variant()
    torch.cuda.synchronize()
    events = []
    for i in range(rounds):
        start = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        start.record()
        variants[i % len(variants)]()
        end.record()
        events.append((start, end))
    torch.cuda.synchronize()
    return statistics.median(1000 * start.elapsed_time(end) for start, end in events)


def copies_of(bytes_moved):
    return max(1, min(16, ROTATED_BYTES // max(1, bytes_moved)))


def check(name, actual, expected, relative):
    actual, expected = actual.float(), expected.float()
    error = (actual - expected).abs().max().item()
    size = expected.abs().max().item()
    if not error <= relative * max(size, 1e-3):
        sys.exit(f"{name}: differs from PyTorch by {error:g} where values are up to {size:g}")


def row(name, moved, ours, theirs):
    """Times lists of functions; `theirs` may be None."""
    source = torch.empty(max(1, moved // 2), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    our_time = median_microseconds(ours)
    their_time = median_microseconds(theirs) if theirs else None
    copy_time = median_microseconds([lambda: target.copy_(source)])
    theirs_text = f"{their_time:.1f} | {their_time / our_time:.2f}" if their_time else "– | –"
    print(
        f"| {name} | {our_time:.1f} | {moved / our_time / 1e3:.0f} | {theirs_text} | {copy_time:.1f} |",
        flush=True,
    )


def relative_of(dtype):
    return {torch.float32: 1e-4, torch.float16: 4e-3, torch.bfloat16: 3e-2}[dtype]


def name_of(dtype):
    return str(dtype).replace("torch.", "")


def time_activations(library):
    for dtype in (torch.float32, torch.float16):
        for code, name, theirs in ((SILU, "SiLU", F.silu), (HARDSWISH, "Hardswish", F.hardswish)):
            shape = (16, 64, 160, 160)
            count = 16 * 64 * 160 * 160
            moved = 2 * count * torch.empty(0, dtype=dtype).element_size()
            p = Elementwise(dtype=DTYPES[dtype], activation=code, count=count)
            xs = [torch.randn(shape, device="cuda", dtype=dtype) for _ in range(copies_of(moved))]
            y = torch.empty_like(xs[0])
            library.launch("activation_forward", p, xs[0], y)
            check(name, y, theirs(xs[0]), relative_of(dtype))
            row(
                f"{name}, {name_of(dtype)} {list(shape)}",
                moved,
                [lambda x=x: library.launch("activation_forward", p, x, y) for x in xs],
                [lambda x=x: theirs(x) for x in xs],
            )


def depthwise_case(library, dtype, last, kernel, stride, images, channels, side):
    pad = kernel // 2
    layout = torch.channels_last if last else torch.contiguous_format
    out = (side + 2 * pad - kernel) // stride + 1
    p = Depthwise(
        dtype=DTYPES[dtype], layout=NHWC if last else NCHW, activation=NONE, kernel=kernel, stride=stride,
        pad_top=pad, pad_left=pad, pad_bottom=pad, pad_right=pad,
        images=images, channels=channels, height=side, width=side,
    )
    size = torch.empty(0, dtype=dtype).element_size()
    moved = images * channels * (side * side + out * out) * size
    make = lambda n: torch.randn((images, channels, n, n), device="cuda", dtype=dtype).to(memory_format=layout)
    xs = [make(side) for _ in range(copies_of(moved))]
    weight = torch.randn((channels, 1, kernel, kernel), device="cuda", dtype=dtype)
    y, dy = make(out), make(out)
    dx, dweight = torch.empty_like(xs[0]), torch.empty_like(weight)
    workspace = library.workspace("depthwise", p)
    name = f"{name_of(dtype)} {'NHWC' if last else 'NCHW'} {kernel}×{kernel} stride {stride} {[images, channels, side, side]}"

    def forward(x):
        library.launch("depthwise_forward", p, DepthwiseForward(x=x, weight=weight, y=y))

    def backward(x):
        b = DepthwiseBackward(x=x, dy=dy, weight=weight, dx=dx, dweight=dweight, workspace=workspace,
                              workspace_bytes=workspace.numel())
        library.launch("depthwise_backward", p, b)

    def their_forward(x):
        return F.conv2d(x, weight, None, stride, pad, 1, channels)

    def their_backward(x):
        return torch.ops.aten.convolution_backward(
            dy, x, weight, None, [stride, stride], [pad, pad], [1, 1], False, [0, 0], channels, [True, True, False])

    forward(xs[0])
    check("depthwise forward " + name, y, their_forward(xs[0]), relative_of(dtype))
    backward(xs[0])
    # Half types: PyTorch's own sums over so many pixels differ by more than their rounding.
    wide = torch.ops.aten.convolution_backward(
        dy.float(), xs[0].float(), weight.float(), None, [stride, stride], [pad, pad], [1, 1], False, [0, 0],
        channels, [True, True, False])
    check("depthwise dx " + name, dx, wide[0], relative_of(dtype))
    check("depthwise dweight " + name, dweight, wide[1], relative_of(dtype))
    row("depthwise forward, " + name, moved, [lambda x=x: forward(x) for x in xs], [lambda x=x: their_forward(x) for x in xs])
    row("depthwise backward, " + name, 2 * moved, [lambda x=x: backward(x) for x in xs], [lambda x=x: their_backward(x) for x in xs])


def squeezed_and_excited(x, w1, w2):
    hidden = F.relu(F.conv2d(F.adaptive_avg_pool2d(x, 1), w1[:, :, None, None]))
    return x * F.hardsigmoid(F.conv2d(hidden, w2[:, :, None, None]))


def time_squeeze_excite(library):
    for dtype, last in ((torch.float32, False), (torch.float16, True)):
        images, channels, squeezed, side = 16, 240, 64, 40
        layout = torch.channels_last if last else torch.contiguous_format
        p = SqueezeExcite(dtype=DTYPES[dtype], layout=NHWC if last else NCHW, activation=RELU, gate=HARDSIGMOID,
                          images=images, channels=channels, pixels=side * side, squeezed=squeezed)
        x = torch.randn((images, channels, side, side), device="cuda", dtype=dtype).to(memory_format=layout)
        moved = 2 * x.numel() * x.element_size()
        xs = [x.clone(memory_format=torch.preserve_format) for _ in range(copies_of(moved))]
        w1 = torch.randn((squeezed, channels), device="cuda", dtype=dtype) / 8
        w2 = torch.randn((channels, squeezed), device="cuda", dtype=dtype) / 8
        y = torch.empty_like(x)
        workspace = library.workspace("squeeze_excite", p)

        def ours(x):
            b = SqueezeExciteBuffers(x=x, squeeze_weight=w1, excite_weight=w2, y=y, workspace=workspace,
                                     workspace_bytes=workspace.numel())
            library.launch("squeeze_excite_run", p, b)

        ours(xs[0])
        name = f"{name_of(dtype)} {'NHWC' if last else 'NCHW'} {[images, channels, side, side]}"
        check("squeeze and excite, " + name, y, squeezed_and_excited(xs[0], w1, w2), relative_of(dtype))
        row("squeeze and excite, " + name, moved, [lambda x=x: ours(x) for x in xs],
            [lambda x=x: squeezed_and_excited(x, w1, w2) for x in xs])
        time_squeeze_excite_backward(library, p, name, xs, w1, w2)


def time_squeeze_excite_backward(library, p, name, xs, w1, w2):
    dtype = w1.dtype
    dy = torch.randn_like(xs[0])
    dx, dw1, dw2 = torch.empty_like(dy), torch.empty_like(w1), torch.empty_like(w2)
    workspace = library.workspace("squeeze_excite", p)

    def ours(x):
        b = SqueezeExciteBackward(x=x, dy=dy, squeeze_weight=w1, excite_weight=w2, dx=dx, dsqueeze_weight=dw1,
                                  dexcite_weight=dw2, workspace=workspace, workspace_bytes=workspace.numel())
        library.launch("squeeze_excite_backward", p, b)

    def graph(*tensors):
        leaves = [t.detach().requires_grad_() for t in tensors]
        return squeezed_and_excited(*leaves), leaves

    ours(xs[0])
    # Half types: PyTorch rounds everything between.
    y, leaves = graph(xs[0].float(), w1.float(), w2.float())
    wide = torch.autograd.grad(y, leaves, dy.float())
    for what, actual, expected in zip(("dx", "dsqueeze", "dexcite"), (dx, dw1, dw2), wide):
        check(f"squeeze and excite {what}, {name}", actual, expected, relative_of(dtype))
    graphs = [graph(x, w1, w2) for x in xs]
    # x and dy for the sums, dy again and dx for the last pass; each operand counts once.
    row("squeeze and excite backward, " + name, 3 * dy.numel() * dy.element_size(),
        [lambda x=x: ours(x) for x in xs],
        [lambda y=y, leaves=leaves: torch.autograd.grad(y, leaves, dy, retain_graph=True) for y, leaves in graphs])


def time_pixels_in(library):
    picture = torch.randint(0, 256, (640, 640, 3), device="cuda", dtype=torch.uint8)
    y = torch.empty((1, 3, 640, 640), device="cuda", dtype=torch.float16)
    p = PixelsIn(dtype=DTYPES[y.dtype], layout=NCHW, fill=114, width=640, height=640, row_bytes=1920,
                 frame_width=640, frame_height=640)
    ours = lambda: library.launch("pixels_in_run", p, picture, y)
    theirs = lambda: (picture.permute(2, 0, 1)[None].float() / 255).half().contiguous()
    ours()
    check("pixels in", y, theirs(), 1e-3)
    row("pixels in, float16 NCHW 640×640", picture.numel() * 3, [ours], [theirs])


def time_detection(library):
    """Decode and suppression of one level of 80×80 cells, some two thousand candidates."""
    anchors, classes, side = 3, 80, 80
    logits = torch.randn((anchors, side, side, 5 + classes), device="cuda") * 2 - 3
    capacity = anchors * side * side * classes
    boxes = torch.empty((capacity, 4), device="cuda")
    scores = torch.empty(capacity, device="cuda")
    class_ids = torch.empty(capacity, device="cuda", dtype=torch.int32)
    keys = torch.empty_like(class_ids)
    count = torch.zeros(1, device="cuda", dtype=torch.int64)
    p = Decode(dtype=1, multi_label=1, anchors=anchors, classes=classes, height=side, width=side,
               anchor_stride=side * side * (5 + classes), row_stride=side * (5 + classes), column_stride=5 + classes,
               output_stride=1, confidence=0.25, stride=8, anchor_sizes=(F32 * 32)(*([16.0] * 32)))
    b = DecodeBuffers(logits=logits, boxes=boxes, scores=scores, class_ids=class_ids, keys=keys, capacity=capacity,
                      count=count)

    def ours():
        count.zero_()
        library.launch("decode_level", p, b)

    def theirs():
        s = torch.sigmoid(logits)
        product = s[..., 5:] * s[..., 4:5]
        return product, (product > 0.25).nonzero()

    ours()
    found = int(count.item())
    # A last bit decides for scores at the confidence.
    expected = theirs()[1].shape[0]
    if abs(found - expected) > 2 + expected // 1000:
        sys.exit(f"decode: {found} candidates, PyTorch has {expected}")
    row(f"decode, float32 3×80×80×85, {found} candidates", logits.numel() * 4, [ours], [theirs])

    room = max(found, 1)
    n = Nms(count=room, most_candidates=30000, most_kept=300, iou_threshold=0.45)
    workspace = library.workspace("nms", n)
    kept = torch.empty(300, device="cuda", dtype=torch.int32)
    kept_count = torch.zeros(1, device="cuda", dtype=torch.int64)
    nb = NmsBuffers(boxes=boxes, scores=scores, class_ids=class_ids, keys=keys, present=count, kept=kept,
                    kept_count=kept_count, workspace=workspace, workspace_bytes=workspace.numel())
    suppress = lambda: library.launch("nms_run", n, nb)
    suppress()
    try:
        from torchvision.ops import batched_nms
    except ImportError:
        batched_nms = None
    their_nms = None
    if batched_nms is not None:
        their_nms = lambda: batched_nms(boxes[:room], scores[:room], class_ids[:room], 0.45)[:300]
        expected = their_nms()
        got = kept[: int(kept_count.item())].long()
        # Equal scores may change places.
        if got.numel() != expected.numel() or not torch.equal(scores[got], scores[expected]):
            sys.exit(f"nms: kept {got.numel()}, torchvision {expected.numel()}, or others")
    row(f"suppression, {room} candidates, 80 classes", room * 28, [suppress], [their_nms] if their_nms else None)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(0)
    library = Library(sys.argv[1])
    print(f"{torch.cuda.get_device_name()}, PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}\n")
    print("| operation | yolo4j µs | GB/s | PyTorch µs | PyTorch / yolo4j | copy µs |")
    print("|---|---|---|---|---|---|")
    time_activations(library)
    for dtype in (torch.float32, torch.float16):
        for last in (False, True):
            for case in ((3, 1, 16, 64, 80), (3, 2, 16, 64, 160), (5, 1, 16, 240, 40), (5, 2, 16, 72, 80)):
                depthwise_case(library, dtype, last, *case)
    time_squeeze_excite(library)
    time_pixels_in(library)
    time_detection(library)


if __name__ == "__main__":
    main()
