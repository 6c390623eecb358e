/*
 * The C ABI of yolo4j's native kernels. yolo4j_profile.h beside it has what a profiler reads off a
 * GPU; there are no other public headers.
 *
 * Conventions
 *   - A function that can fail returns a status (enum yolo4j_status, as int32_t); on failure
 *     yolo4j_last_error() says what must hold, what was given and where. Arguments are checked
 *     before anything is written.
 *   - Sizes and strides are int64_t and count elements, never bytes.
 *   - Structures start with `uint32_t struct_size`, which the caller sets to sizeof the structure
 *     that it was compiled with. New fields are only ever appended and mean "as before" when zero,
 *     so older callers keep working; a size that the library doesn't know is an error.
 *   - Nothing here prints, exits, throws or keeps pointers of the caller beyond the call.
 *   - Every function may be called from any thread.
 */
#ifndef YOLO4J_H
#define YOLO4J_H

#include <stdint.h>

#if defined(_WIN32)
#if defined(YOLO4J_BUILD)
#define YOLO4J_API __declspec(dllexport)
#else
#define YOLO4J_API __declspec(dllimport)
#endif
#else
#define YOLO4J_API __attribute__((visibility("default")))
#endif

/* Raised whenever a caller compiled against the older header could misbehave. */
#define YOLO4J_ABI_VERSION 1

#ifdef __cplusplus
extern "C" {
#endif

/* Codes are part of the ABI: never renumbered, never reused. */

enum yolo4j_status {
  YOLO4J_OK = 0,
  YOLO4J_INVALID_ARGUMENT = 1, /* the caller's mistake; nothing was written */
  YOLO4J_UNSUPPORTED = 2,      /* this CPU, device or build can't do it */
  YOLO4J_OUT_OF_MEMORY = 3,
  YOLO4J_INTERNAL = 4 /* a bug in the library */
};

enum yolo4j_dtype {
  YOLO4J_DTYPE_F32 = 1,
  YOLO4J_DTYPE_F16 = 2,
  YOLO4J_DTYPE_BF16 = 3,
  YOLO4J_DTYPE_F64 = 4,
  YOLO4J_DTYPE_U8 = 5,
  YOLO4J_DTYPE_I8 = 6,
  YOLO4J_DTYPE_I32 = 7,
  YOLO4J_DTYPE_I64 = 8
};

/* Instruction sets that kernels are compiled for; the scalar one runs everywhere. */
enum yolo4j_isa {
  YOLO4J_ISA_SCALAR = 0,
  YOLO4J_ISA_AVX2 = 1,   /* AVX2, FMA, F16C */
  YOLO4J_ISA_AVX512 = 2, /* the above and AVX-512 F, BW, DQ, VL */
  YOLO4J_ISA_NEON = 3    /* AArch64 Advanced SIMD */
};

/* Bit numbers in yolo4j_cpu_features(); x86 from 0, Arm from 32. */
enum yolo4j_cpu_feature {
  YOLO4J_CPU_SSE4_2 = 0,
  YOLO4J_CPU_AVX2 = 1,
  YOLO4J_CPU_FMA = 2,
  YOLO4J_CPU_F16C = 3,
  YOLO4J_CPU_AVX512F = 4,
  YOLO4J_CPU_AVX512BW = 5,
  YOLO4J_CPU_AVX512DQ = 6,
  YOLO4J_CPU_AVX512VL = 7,
  YOLO4J_CPU_AVX512_VNNI = 8,
  YOLO4J_CPU_AVX512_BF16 = 9,
  YOLO4J_CPU_AVX512_FP16 = 10,
  YOLO4J_CPU_AMX_TILE = 11,
  YOLO4J_CPU_AMX_BF16 = 12,
  YOLO4J_CPU_AMX_INT8 = 13,
  YOLO4J_CPU_NEON = 32,
  YOLO4J_CPU_DOTPROD = 33,
  YOLO4J_CPU_I8MM = 34,
  YOLO4J_CPU_BF16 = 35,
  YOLO4J_CPU_SVE = 36
};

/* How the library was built. */
typedef struct yolo4j_build_info {
  uint32_t struct_size; /* in: sizeof(yolo4j_build_info) */
  int32_t openmp;       /* 1 when kernels can use more than one thread, else 0 */
  const char* compiler; /* name and version; static storage */
} yolo4j_build_info;

/* Returns YOLO4J_ABI_VERSION as the library was compiled; callers compare it with their own. */
YOLO4J_API int32_t yolo4j_abi_version(void);

/* Returns the version of yolo4j, for people: "0.1.0". */
YOLO4J_API const char* yolo4j_version(void);

/* Fills the structure. Fails when it is null or its struct_size is unknown. */
YOLO4J_API int32_t yolo4j_get_build_info(yolo4j_build_info* info);

/* Return the lower-case name of a code, or null for a code that doesn't exist. */
YOLO4J_API const char* yolo4j_status_name(int32_t status);
YOLO4J_API const char* yolo4j_dtype_name(int32_t dtype);
YOLO4J_API const char* yolo4j_isa_name(int32_t isa);
YOLO4J_API const char* yolo4j_cpu_feature_name(int32_t feature);

/* Returns the bytes of one element, or 0 for a code that doesn't exist. */
YOLO4J_API int64_t yolo4j_dtype_size(int32_t dtype);

/*
 * Returns the text of the calling thread's last failure, "" before the first. Valid until the next
 * failure on this thread; success leaves it alone, so look at it only after a status said so.
 */
YOLO4J_API const char* yolo4j_last_error(void);

/*
 * Returns what this process may execute, one bit (UINT64_C(1) << enum yolo4j_cpu_feature) each: the
 * CPU has it and the operating system lets us use its registers. Asking for AMX obtains the
 * process-wide permission that Linux demands.
 */
YOLO4J_API uint64_t yolo4j_cpu_features(void);

/* Returns the CPU's own name, for people. */
YOLO4J_API const char* yolo4j_cpu_name(void);

/* Returns 1 when this build has kernels for the ISA and this CPU runs them, else 0. */
YOLO4J_API int32_t yolo4j_isa_supported(int32_t isa);

/*
 * Gives the ISA that kernels run with, chosen once in a process: the best one that is supported, or
 * the one that the environment variable YOLO4J_ISA names (scalar, avx2, avx512, neon; unset or
 * empty means no wish). A name that is unknown (YOLO4J_INVALID_ARGUMENT) or that this CPU can't run
 * (YOLO4J_UNSUPPORTED) fails this and every kernel call; there is no silent fallback.
 */
YOLO4J_API int32_t yolo4j_dispatch_isa(int32_t* isa);

/*
 * The number of threads that kernels called from this thread use. It belongs to the calling thread,
 * as in OpenMP. Setting fails when the number is below 1, or above 1 in a build without OpenMP.
 */
YOLO4J_API int32_t yolo4j_num_threads(void);
YOLO4J_API int32_t yolo4j_set_num_threads(int32_t threads);

/* --- Batch norm with activation, for training (native/batch_norm/README.md) --- */

enum yolo4j_layout {
  YOLO4J_LAYOUT_NCHW = 1,
  YOLO4J_LAYOUT_NHWC = 2 /* "channels last" */
};

enum yolo4j_activation {
  YOLO4J_ACTIVATION_NONE = 0,
  YOLO4J_ACTIVATION_RELU = 1,      /* max(u, 0) */
  YOLO4J_ACTIVATION_RELU6 = 2,     /* min(max(u, 0), 6) */
  YOLO4J_ACTIVATION_SILU = 3,      /* u / (1 + exp(-u)) */
  YOLO4J_ACTIVATION_HARDSWISH = 4, /* u * min(max(u + 3, 0), 6) / 6 */
  /* Not after a batch norm or a convolution: */
  YOLO4J_ACTIVATION_HARDSIGMOID = 5, /* min(max(u + 3, 0), 6) / 6 */
  YOLO4J_ACTIVATION_SIGMOID = 6      /* 1 / (1 + exp(-u)) */
};

/* What to compute. x has `images` x `channels` x `pixels` elements, dense in its layout. */
typedef struct yolo4j_batch_norm {
  uint32_t struct_size;
  int32_t dtype;      /* of x, y and their gradients: YOLO4J_DTYPE_F32 or _BF16 */
  int32_t layout;     /* enum yolo4j_layout */
  int32_t activation; /* enum yolo4j_activation */
  int32_t threads;    /* how many to use at most; the result doesn't depend on it */
  int64_t images;
  int64_t channels;
  int64_t pixels;
  double epsilon;
  double momentum; /* weight of this batch in the running statistics */
} yolo4j_batch_norm;

/* Vectors have one float32 a channel. No two buffers may overlap. */
typedef struct yolo4j_batch_norm_forward_buffers {
  uint32_t struct_size;
  const void* x;
  const float* weight;     /* null: ones */
  const float* bias;       /* null: zeros */
  float* running_mean;     /* in and out; null, together with the next, for none */
  float* running_variance; /* unbiased */
  void* y;
  float* mean;              /* out, for the backward run */
  float* inverse_deviation; /* out: 1 / sqrt(variance + epsilon) */
  void* workspace;          /* aligned to 8 bytes */
  int64_t workspace_bytes;
} yolo4j_batch_norm_forward_buffers;

typedef struct yolo4j_batch_norm_backward_buffers {
  uint32_t struct_size;
  const void* x;  /* as in the forward run, like weight and bias */
  const void* dy; /* gradient of y, in x's layout */
  const float* weight;
  const float* bias;
  const float* mean;              /* from the forward run */
  const float* inverse_deviation; /* from the forward run */
  void* dx;
  float* dweight; /* null: not wanted */
  float* dbias;   /* null: not wanted */
  void* workspace;
  int64_t workspace_bytes;
} yolo4j_batch_norm_backward_buffers;

/* Gives the bytes of workspace that a forward or a backward run needs, never 0. */
YOLO4J_API int32_t yolo4j_batch_norm_workspace(const yolo4j_batch_norm* norm, int64_t* bytes);

/*
 * u = (x - mean) / sqrt(variance + epsilon) * weight + bias with the batch's own statistics, y =
 * activation(u). Running statistics move as PyTorch's: r = (1 - momentum) * r + momentum * s, the
 * variance unbiased. Float32 sums, double precision above them.
 */
YOLO4J_API int32_t yolo4j_batch_norm_forward(const yolo4j_batch_norm* norm,
                                             const yolo4j_batch_norm_forward_buffers* buffers);

/* Gradients of x, weight and bias; u is computed again from x and the saved statistics. */
YOLO4J_API int32_t yolo4j_batch_norm_backward(const yolo4j_batch_norm* norm,
                                              const yolo4j_batch_norm_backward_buffers* buffers);

/* --- Depthwise convolution (native/depthwise/README.md) --- */

/*
 * What to compute: every channel by itself with a kernel of its own. x has `images` x `channels` x
 * `height` x `width` elements, dense in its layout; y and their gradients likewise. Weights are
 * [channels][kernel][kernel], in x's type.
 */
typedef struct yolo4j_depthwise {
  uint32_t struct_size;
  int32_t dtype;      /* YOLO4J_DTYPE_F32 or _BF16; sums run in float32 */
  int32_t layout;     /* enum yolo4j_layout */
  int32_t activation; /* enum yolo4j_activation, of the forward run; none in a backward run */
  int32_t threads;    /* how many to use at most; the result doesn't depend on it */
  int32_t kernel;     /* side: 3 or 5 */
  int32_t stride;     /* 1 or 2 */
  int32_t pad_top;    /* zeros around x: from 0 to kernel - 1 on each side */
  int32_t pad_left;
  int32_t pad_bottom;
  int32_t pad_right;
  int64_t images;
  int64_t channels;
  int64_t height;
  int64_t width;
} yolo4j_depthwise;

/* No two buffers may overlap. */
typedef struct yolo4j_depthwise_forward_buffers {
  uint32_t struct_size;
  const void* x;
  const void* weight;
  const float* bias; /* one a channel; null: zeros */
  void* y;
  void* workspace; /* aligned to 8 bytes */
  int64_t workspace_bytes;
  float* pooled;       /* out: [images][channels], the means of y over its pixels, taken before y is
                          rounded to its type; null: not wanted */
  const float* packed; /* of yolo4j_depthwise_pack, in NHWC: `weight` may be null then; null: the
                          run packs its weights itself */
} yolo4j_depthwise_forward_buffers;

typedef struct yolo4j_depthwise_backward_buffers {
  uint32_t struct_size;
  const void* x;      /* may be null where dweight is */
  const void* dy;     /* gradient of y */
  const void* weight; /* may be null where dx is */
  void* dx;           /* null: not wanted */
  void* dweight;      /* null: not wanted */
  void* workspace;
  int64_t workspace_bytes;
} yolo4j_depthwise_backward_buffers;

/* Gives the height and width of y. */
YOLO4J_API int32_t yolo4j_depthwise_output(const yolo4j_depthwise* convolution, int64_t* height,
                                           int64_t* width);

/* Gives the bytes of workspace that a forward or a backward run needs, never 0. */
YOLO4J_API int32_t yolo4j_depthwise_workspace(const yolo4j_depthwise* convolution, int64_t* bytes);

/* Gives the bytes of weights packed for forward runs in NHWC; YOLO4J_UNSUPPORTED in NCHW. */
YOLO4J_API int32_t yolo4j_depthwise_packed_bytes(const yolo4j_depthwise* convolution,
                                                 int64_t* bytes);

/*
 * Packs weights once for many forward runs. What comes of it depends on the weights, their type,
 * the channels and the kernel's side alone, and belongs to this version of the library.
 */
YOLO4J_API int32_t yolo4j_depthwise_pack(const yolo4j_depthwise* convolution, const void* weight,
                                         float* packed, int64_t bytes);

/* y = activation(convolution of x + bias). */
YOLO4J_API int32_t yolo4j_depthwise_forward(const yolo4j_depthwise* convolution,
                                            const yolo4j_depthwise_forward_buffers* buffers);

/* Gradients of x and of the weights, without an activation. */
YOLO4J_API int32_t yolo4j_depthwise_backward(const yolo4j_depthwise* convolution,
                                             const yolo4j_depthwise_backward_buffers* buffers);

/* --- Activations by themselves (native/activation/README.md) --- */

/* `count` elements without gaps. */
typedef struct yolo4j_elementwise {
  uint32_t struct_size;
  int32_t dtype;      /* YOLO4J_DTYPE_F32 or _BF16 */
  int32_t activation; /* enum yolo4j_activation */
  int32_t threads;    /* how many to use at most; the result doesn't depend on it */
  int64_t count;
} yolo4j_elementwise;

/* y = activation(x); y may be x. */
YOLO4J_API int32_t yolo4j_activation_forward(const yolo4j_elementwise* elementwise, const void* x,
                                             void* y);

/* dx = dy * the activation's derivative at x; dx may be dy. */
YOLO4J_API int32_t yolo4j_activation_backward(const yolo4j_elementwise* elementwise, const void* x,
                                              const void* dy, void* dx);

/* --- Squeeze and excite (native/squeeze_excite/README.md) --- */

/* x has `images` x `channels` x `pixels` elements, dense in its layout. */
typedef struct yolo4j_squeeze_excite {
  uint32_t struct_size;
  int32_t dtype;      /* YOLO4J_DTYPE_F32 or _BF16; sums run in float32 */
  int32_t layout;     /* enum yolo4j_layout */
  int32_t activation; /* after the first product: none to hardswish */
  int32_t gate;       /* YOLO4J_ACTIVATION_HARDSIGMOID or _SIGMOID */
  int32_t threads;    /* how many to use at most; the result doesn't depend on it */
  int64_t images;
  int64_t channels;
  int64_t pixels;
  int64_t squeezed; /* channels between the products */
} yolo4j_squeeze_excite;

/* No two buffers may overlap, except that y may be x. */
typedef struct yolo4j_squeeze_excite_buffers {
  uint32_t struct_size;
  const void* x;
  const float* pooled;        /* [images][channels], x's means; null: they are computed */
  const void* squeeze_weight; /* [squeezed][channels], in x's type */
  const float* squeeze_bias;  /* [squeezed]; null: zeros */
  const void* excite_weight;  /* [channels][squeezed], in x's type */
  const float* excite_bias;   /* [channels]; null: zeros */
  void* y;
  void* workspace; /* aligned to 8 bytes */
  int64_t workspace_bytes;
} yolo4j_squeeze_excite_buffers;

/* The weights are those of the forward run. No two buffers may overlap, except that dx may be dy.
 */
typedef struct yolo4j_squeeze_excite_backward_buffers {
  uint32_t struct_size;
  const void* x;
  const void* dy; /* gradient of y, in x's layout */
  const void* squeeze_weight;
  const float* squeeze_bias; /* null: zeros */
  const void* excite_weight;
  const float* excite_bias; /* null: zeros */
  void* dx;                 /* null: not wanted */
  void* dsqueeze_weight;    /* null: not wanted, like the three that follow */
  float* dsqueeze_bias;
  void* dexcite_weight;
  float* dexcite_bias;
  void* workspace; /* aligned to 8 bytes, of yolo4j_squeeze_excite_workspace */
  int64_t workspace_bytes;
} yolo4j_squeeze_excite_backward_buffers;

/* Gives the bytes of workspace that a run or a backward run needs, never 0. */
YOLO4J_API int32_t yolo4j_squeeze_excite_workspace(const yolo4j_squeeze_excite* block,
                                                   int64_t* bytes);

/* y = x * gate(excite(activation(squeeze(mean of x)))), one factor a channel of an image. */
YOLO4J_API int32_t yolo4j_squeeze_excite_run(const yolo4j_squeeze_excite* block,
                                             const yolo4j_squeeze_excite_buffers* buffers);

/* Gradients of x and of what is learned; everything between is computed again from x. */
YOLO4J_API int32_t yolo4j_squeeze_excite_backward(
    const yolo4j_squeeze_excite* block, const yolo4j_squeeze_excite_backward_buffers* buffers);

/* --- Max-pooling, sums and other types of feature maps (native/maps/README.md) --- */

/*
 * Maps in NHWC: pixels stand `pixel_stride` elements apart, the number of channels or more, rows
 * follow each other without a gap. So a map may be some channels of a larger one.
 */
typedef struct yolo4j_max_pool {
  uint32_t struct_size;
  int32_t dtype;   /* YOLO4J_DTYPE_F32, _BF16 or _U8 */
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int32_t kernel;  /* side of the window, 1 to 64 */
  int32_t stride;  /* 1 to 64 */
  int32_t pad;     /* on every side, 0 to kernel / 2; nothing is looked at there */
  int64_t images;
  int64_t channels;
  int64_t height; /* of x */
  int64_t width;
  int64_t x_pixel_stride;
  int64_t y_pixel_stride;
} yolo4j_max_pool;

/* y = the largest value of each window, (height + 2 pad - kernel) / stride + 1 rows; y isn't x. */
YOLO4J_API int32_t yolo4j_max_pool_run(const yolo4j_max_pool* pool, const void* x, void* y);

typedef struct yolo4j_sum {
  uint32_t struct_size;
  int32_t dtype;   /* YOLO4J_DTYPE_F32 or _BF16 */
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int64_t pixels;  /* of all images */
  int64_t channels;
  int64_t a_pixel_stride;
  int64_t b_pixel_stride;
  int64_t y_pixel_stride;
} yolo4j_sum;

/* y = a + b; y may be a or b, with the same pixel stride. */
YOLO4J_API int32_t yolo4j_sum_run(const yolo4j_sum* sum, const void* a, const void* b, void* y);

/* A map in another type. Bytes stand for (byte - zero point) * scale. */
typedef struct yolo4j_requantize {
  uint32_t struct_size;
  int32_t x_dtype; /* YOLO4J_DTYPE_F32, _BF16 or _U8 */
  int32_t y_dtype;
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int64_t pixels;  /* of all images */
  int64_t channels;
  int64_t x_pixel_stride;
  int64_t y_pixel_stride;
  float x_scale;        /* above 0 and finite; looked at where x is bytes */
  int32_t x_zero_point; /* 0 to 255; likewise */
  float y_scale;
  int32_t y_zero_point;
} yolo4j_requantize;

/*
 * y = x. Into bytes: the nearest, upwards from the middle, 0 and 255 at the ends; NaN gives 0. Into
 * bfloat16: the nearest, ties to the even one. y isn't x.
 */
YOLO4J_API int32_t yolo4j_requantize_run(const yolo4j_requantize* map, const void* x, void* y);

/* --- Attention over the pixels of a map (native/attention/README.md) --- */

/*
 * Maps in NHWC, pixels `pixel_stride` elements apart. x has 3 * channels: queries, keys, values; a
 * head is channels / heads of each that follow each other. Images don't see each other.
 */
typedef struct yolo4j_attention {
  uint32_t struct_size;
  int32_t dtype;   /* YOLO4J_DTYPE_F32 or _BF16; sums are float32 */
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int32_t heads;   /* divide the channels */
  int64_t images;
  int64_t pixels;   /* of an image */
  int64_t channels; /* of y */
  int64_t x_pixel_stride;
  int64_t y_pixel_stride;
} yolo4j_attention;

/* x and y may not overlap. */
typedef struct yolo4j_attention_buffers {
  uint32_t struct_size;
  const void* x;
  void* y;
  void* workspace; /* aligned to 8 bytes, of yolo4j_attention_workspace */
  int64_t workspace_bytes;
} yolo4j_attention_buffers;

/*
 * Gives the bytes of workspace that a run needs, never 0: a part for each thread that is worth
 * waking, whose size doesn't depend on the pixels.
 */
YOLO4J_API int32_t yolo4j_attention_workspace(const yolo4j_attention* attention, int64_t* bytes);

/* y = softmax(q k^T / sqrt(channels / heads)) v, in each image and head. */
YOLO4J_API int32_t yolo4j_attention_run(const yolo4j_attention* attention,
                                        const yolo4j_attention_buffers* buffers);

/* --- Detection head to candidates (native/decode/README.md) --- */

enum { YOLO4J_MOST_ANCHORS = 16 };

/*
 * One level of one picture. Logit k of anchor a at (row, column) stands at a * anchor_stride + row
 * * row_stride + column * column_stride + k * output_stride: x, y, width, height, objectness, then
 * the classes.
 */
typedef struct yolo4j_decode {
  uint32_t struct_size;
  int32_t dtype;       /* of the logits: YOLO4J_DTYPE_F32 or _BF16 */
  int32_t multi_label; /* 1: every class over the confidence; 0: the best one */
  int32_t anchors;     /* 1 to YOLO4J_MOST_ANCHORS */
  int64_t classes;     /* 1 or more */
  int64_t height;
  int64_t width;
  int64_t anchor_stride; /* in elements, like the others */
  int64_t row_stride;
  int64_t column_stride;
  int64_t output_stride;
  int64_t first_key; /* key of this level's first candidate; levels count on */
  float confidence;  /* 0 to 1 */
  float stride;      /* pixels of the frame a cell */
  float anchor_sizes[2 * YOLO4J_MOST_ANCHORS]; /* width, height in pixels of the frame */
  int64_t class_anchor_stride;                 /* of class_logits, where they are given */
  int64_t class_row_stride;
  int64_t class_column_stride;
  int64_t class_output_stride;
} yolo4j_decode;

/* Candidates are appended to what stands in the buffers. */
typedef struct yolo4j_decode_buffers {
  uint32_t struct_size;
  const void* logits;
  const uint8_t* keep; /* one a class, 0: not wanted; null: all wanted */
  float* boxes;        /* [capacity][4]: x1, y1, x2, y2 in pixels of the frame */
  float* scores;       /* [capacity] */
  int32_t* class_ids;  /* [capacity] */
  int32_t* keys;       /* [capacity]; null: not wanted */
  int64_t capacity;
  int64_t* count;           /* in: candidates that stand there; out: those and this level's */
  const void* class_logits; /* logit c of anchor a at (row, column) stands at a *
                               class_anchor_stride + row * class_row_stride + column *
                               class_column_stride + c * class_output_stride; read only where the
                               objectness passes. null: behind the objectness in `logits`, and
                               always on a GPU */
} yolo4j_decode_buffers;

/*
 * With s = sigmoid: a cell is a candidate where s(objectness) > confidence and s(objectness) *
 * s(class) > confidence, which is its score; centre = (2 s(xy) - 0.5 + cell) * stride, size = (2
 * s(wh))^2 * anchor, in float32. Order: anchor, row, column, class; the key is first_key +
 * ((anchor * height + row) * width + column) * classes + class. When more are found than fit,
 * `count` tells how many (the first `capacity` are written) and the status is
 * YOLO4J_OUT_OF_MEMORY.
 */
YOLO4J_API int32_t yolo4j_decode_level(const yolo4j_decode* level,
                                       const yolo4j_decode_buffers* buffers);

/* --- Class logits of cells that may hold an object (native/class_scores/README.md) --- */

/*
 * The classes' part of a head's last convolution, for the anchors whose objectness passes. Feature
 * maps are NHWC, all pictures' pixels in a row.
 */
typedef struct yolo4j_class_scores {
  uint32_t struct_size;
  int32_t dtype;   /* of x: YOLO4J_DTYPE_F32, _BF16 or _U8 */
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int32_t anchors; /* 1 to YOLO4J_MOST_ANCHORS */
  int64_t pixels;  /* of all pictures; at most 2^31 - 1 */
  int64_t channels;
  int64_t classes;
  int64_t x_pixel_stride;
  float least_objectness; /* 0 to 1 */
  float scale;            /* of bytes, which stand for (byte - zero_point) * scale; above 0 */
  int32_t zero_point;     /* 0 to 255 */
} yolo4j_class_scores;

typedef struct yolo4j_class_scores_buffers {
  uint32_t struct_size;
  const void* x;       /* [pixels][channels], pixels x_pixel_stride apart */
  const float* boxes;  /* [pixels][anchors][5], logits: x, y, width, height, objectness */
  const float* packed; /* what yolo4j_class_scores_pack wrote */
  float* y;            /* out: [pixels][anchors][classes] */
  void* workspace;     /* aligned to 8 bytes */
  int64_t workspace_bytes;
} yolo4j_class_scores_buffers;

/* Gives the number of floats of packed weights. */
YOLO4J_API int32_t yolo4j_class_scores_packed(const yolo4j_class_scores* scores, int64_t* floats);

/*
 * Packs weights [anchors][classes][channels] and biases [anchors][classes], null for zeros.
 * `packed` is read fastest where it is aligned to 64 bytes.
 */
YOLO4J_API int32_t yolo4j_class_scores_pack(const yolo4j_class_scores* scores, const float* weight,
                                            const float* bias, float* packed);

/* Gives the bytes of workspace that a run needs, never 0. */
YOLO4J_API int32_t yolo4j_class_scores_workspace(const yolo4j_class_scores* scores, int64_t* bytes);

/*
 * y = weight * x + bias in float32 for each pixel and anchor with sigmoid(objectness) >
 * least_objectness, and perhaps for some that are below by a little; the others' y isn't written.
 * Whatever yolo4j_decode_level reads with a confidence of least_objectness or more is there. A NaN
 * objectness passes no comparison.
 */
YOLO4J_API int32_t yolo4j_class_scores_run(const yolo4j_class_scores* scores,
                                           const yolo4j_class_scores_buffers* buffers);

/* --- Non-maximum suppression (native/nms/README.md) --- */

typedef struct yolo4j_nms {
  uint32_t struct_size;
  int32_t agnostic;        /* 1: boxes suppress boxes of other classes too */
  int64_t count;           /* candidates, or room for them */
  int64_t most_candidates; /* those of the highest scores that are looked at */
  int64_t most_kept;       /* ends when that many are kept */
  double iou_threshold;    /* 0 to 1 */
} yolo4j_nms;

typedef struct yolo4j_nms_buffers {
  uint32_t struct_size;
  const float* boxes;       /* [count][4]: x1, y1, x2, y2 */
  const float* scores;      /* [count] */
  const int32_t* class_ids; /* [count], 0 or more; may be null when agnostic */
  const int32_t* keys;      /* [count], all different: who comes first among equal scores, the lower
                               one; null: the index */
  const int64_t* present;   /* how many of `count` there are; null: all */
  int32_t* kept;            /* out: [most_kept], indices in the order of falling scores */
  int64_t* kept_count;      /* out */
  void* workspace;          /* aligned to 8 bytes */
  int64_t workspace_bytes;
} yolo4j_nms_buffers;

/* Gives the bytes of workspace that a run needs, never 0. */
YOLO4J_API int32_t yolo4j_nms_workspace(const yolo4j_nms* nms, int64_t* bytes);

/*
 * Greedy: in the order of falling scores a box is kept unless its IoU with a kept one of its class
 * is greater than the threshold. IoU = inter / (area + area - inter) in float32, compared in double
 * precision; that of two boxes without area is NaN and suppresses nothing. A NaN score comes first,
 * as in Java's order of floats.
 */
YOLO4J_API int32_t yolo4j_nms_run(const yolo4j_nms* nms, const yolo4j_nms_buffers* buffers);

/* --- 8-bit RGB pictures, interleaved, rows without gaps (native/pixels/README.md) --- */

/*
 * Draws an affine picture of a picture, bilinear. The matrix (a, b, c, d, e, f) maps the centre (x,
 * y) of a target pixel to the place (a*x + b*y + c, d*x + e*y + f) between the centres of the
 * source's pixels; outside the source lies the fill, 0 to 255. All sides are from 1 to 16384 pixels
 * and all places within 16384 pixels. The same bits with every instruction set.
 */
YOLO4J_API int32_t yolo4j_warp_affine_u8(const uint8_t* source, int64_t source_width,
                                         int64_t source_height, const double* matrix,
                                         uint8_t* target, int64_t target_width,
                                         int64_t target_height, int32_t fill);

/* The longest side of a picture that is resized, in pixels. */
enum { YOLO4J_MOST_RESIZED = 16777216 };

/*
 * Draws a picture in another size into a frame, bilinear: a target pixel's centre lies at (x + 0.5)
 * * source_width / target_width - 0.5 of the source, clamped to it. Weights of 11 bits, columns
 * before rows, sums cut to 15 bits between, as OpenCV's for 8 bits; to exactly half it is a mean of
 * four. Rows of the target are `stride` bytes apart, below 2^31; the source comes last, so that a
 * binding may hold it in place. Sides are from 1 to YOLO4J_MOST_RESIZED pixels, of the source
 * together below 2^31 bytes. The same bits with every instruction set.
 */
YOLO4J_API int32_t yolo4j_resize_u8(uint8_t* target, int64_t stride, int64_t target_width,
                                    int64_t target_height, int64_t source_width,
                                    int64_t source_height, const uint8_t* source);

/*
 * Multiplies hue, saturation and value of `count` pixels in place, in 8-bit HSV with hues 0 to 179:
 * fractions are cut off, hue wraps around, saturation and value end at 255. Gains are from 0 to 2.
 * The same bits with every instruction set.
 */
YOLO4J_API int32_t yolo4j_adjust_hsv_u8(uint8_t* pixels, int64_t count, double hue,
                                        double saturation, double value);

/*
 * A picture of 8-bit pixels, three channels interleaved, into a frame of a network's input: values
 * divided by 255, around it the fill, likewise divided.
 */
typedef struct yolo4j_pixels_in {
  uint32_t struct_size;
  int32_t dtype;   /* of the frame: YOLO4J_DTYPE_F32 or _BF16 */
  int32_t layout;  /* of the frame: enum yolo4j_layout */
  int32_t reverse; /* 1: the channels change their order, as from BGR to RGB */
  int32_t fill;    /* 0 to 255 */
  int32_t threads; /* how many to use at most; the result doesn't depend on it */
  int64_t width;   /* of the picture */
  int64_t height;
  int64_t row_bytes; /* from one row of the picture to the next, 3 * width or more */
  int64_t frame_width;
  int64_t frame_height;
  int64_t left; /* where the picture begins in the frame; it lies within */
  int64_t top;
} yolo4j_pixels_in;

YOLO4J_API int32_t yolo4j_pixels_in_run(const yolo4j_pixels_in* frame, const uint8_t* pixels,
                                        void* y);

/* --- Roofs of this CPU, measured (native/roofs/README.md) --- */

/* What a pass over memory does; bytes are counted as STREAM does, without reads for ownership. */
enum yolo4j_access {
  YOLO4J_ACCESS_READ = 1,
  YOLO4J_ACCESS_WRITE = 2,
  YOLO4J_ACCESS_COPY = 3,  /* y = x; both count */
  YOLO4J_ACCESS_TRIAD = 4, /* z = x + y / 2; all three count */
  YOLO4J_ACCESS_UPDATE = 5 /* x = -x, in place; read and written, both count */
};

/*
 * The following measure for about `seconds`, above 0 and at most 10, on `threads` threads at once,
 * 1 to 1024, and give the fastest of many slices of a millisecond. YOLO4J_UNSUPPORTED where the
 * library doesn't get so many threads.
 */

/*
 * Gives operations a second of an ISA's multiply-adds, each of which counts 2: of float32 for all
 * (scalar: summed in double precision, as the scalar kernels do), of bfloat16 and int8 for AVX-512
 * where the CPU has AVX512_BF16 and AVX512_VNNI; else YOLO4J_UNSUPPORTED.
 */
YOLO4J_API int32_t yolo4j_peak(int32_t isa, int32_t dtype, int32_t threads, double seconds,
                               double* operations_per_second);

/* The same of AMX's tiles: YOLO4J_DTYPE_BF16 or _I8. */
YOLO4J_API int32_t yolo4j_peak_amx(int32_t dtype, int32_t threads, double seconds,
                                   double* operations_per_second);

/*
 * Gives bytes a second of passes over memory (enum yolo4j_access) with the ISA that kernels run
 * with. `bytes` are those of all arrays of all threads, 4096 a thread or more and at most 2^36,
 * rounded down to whole steps; each thread has its own share.
 */
YOLO4J_API int32_t yolo4j_bandwidth(int32_t access, int64_t bytes, int32_t threads, double seconds,
                                    double* bytes_per_second);

/* Gives the bytes of the data cache of level 1 to 3 that one core sees; 0: not known. */
YOLO4J_API int32_t yolo4j_cache_size(int32_t level, int64_t* bytes);

/* --- CUDA (native/cuda/README.md) --- */

/*
 * The operations above on a GPU, with the same structures. Buffers are pointers to the device's
 * memory, the structures themselves lie in the host's. What differs:
 *   - A call only enqueues: results are there when the stream gets to them, and what kernels read
 *     or write must live until then. Nothing is copied to the host and nothing waits.
 *   - dtype may also be YOLO4J_DTYPE_F16, and layouts are both. `threads` isn't looked at.
 *   - Workspaces are aligned to 16 bytes and have sizes of their own, asked for below.
 *   - Without a driver or a device, and in a library that was built without CUDA code, every
 *     function returns YOLO4J_UNSUPPORTED and says why. The library itself needs no NVIDIA file.
 */
typedef struct yolo4j_cuda_call {
  uint32_t struct_size;
  int32_t device; /* from 0 */
  void* stream;   /* CUstream or cudaStream_t of that device; null: its default stream */
} yolo4j_cuda_call;

/* Gives the number of devices. Without a driver it fails and `count` is 0. */
YOLO4J_API int32_t yolo4j_cuda_device_count(int32_t* count);

/* Writes the device's name, cut to `capacity` bytes with its final 0. */
YOLO4J_API int32_t yolo4j_cuda_device_name(int32_t device, char* name, int64_t capacity);

/* Gives the device's compute capability, 90 for 9.0. Code is there for 75 and above. */
YOLO4J_API int32_t yolo4j_cuda_compute_capability(int32_t device, int32_t* capability);

/* Gives the number of multiprocessors and the bytes of the second cache; 0 bytes: not known. */
YOLO4J_API int32_t yolo4j_cuda_device_limits(int32_t device, int32_t* multiprocessors,
                                             int64_t* l2_bytes);

/* Gives the newest CUDA that the driver knows, 13000 for 13.0. */
YOLO4J_API int32_t yolo4j_cuda_driver_version(int32_t* version);

/* Loads the kernels onto the device, which the first call to it would do otherwise. */
YOLO4J_API int32_t yolo4j_cuda_prepare(int32_t device);

YOLO4J_API int32_t yolo4j_cuda_activation_forward(const yolo4j_cuda_call* call,
                                                  const yolo4j_elementwise* elementwise,
                                                  const void* x, void* y);
YOLO4J_API int32_t yolo4j_cuda_activation_backward(const yolo4j_cuda_call* call,
                                                   const yolo4j_elementwise* elementwise,
                                                   const void* x, const void* dy, void* dx);

/* Gives the bytes of workspace that a forward or a backward run needs, never 0. */
YOLO4J_API int32_t yolo4j_cuda_depthwise_workspace(const yolo4j_depthwise* convolution,
                                                   int64_t* bytes);
YOLO4J_API int32_t yolo4j_cuda_depthwise_forward(const yolo4j_cuda_call* call,
                                                 const yolo4j_depthwise* convolution,
                                                 const yolo4j_depthwise_forward_buffers* buffers);
/* The same bits in every run: sums don't depend on the order in which blocks finish. */
YOLO4J_API int32_t yolo4j_cuda_depthwise_backward(const yolo4j_cuda_call* call,
                                                  const yolo4j_depthwise* convolution,
                                                  const yolo4j_depthwise_backward_buffers* buffers);

/* Gives the bytes of workspace that a run or a backward run needs, never 0. */
YOLO4J_API int32_t yolo4j_cuda_squeeze_excite_workspace(const yolo4j_squeeze_excite* block,
                                                        int64_t* bytes);
YOLO4J_API int32_t yolo4j_cuda_squeeze_excite_run(const yolo4j_cuda_call* call,
                                                  const yolo4j_squeeze_excite* block,
                                                  const yolo4j_squeeze_excite_buffers* buffers);
/* The same bits in every run, as for the depthwise convolution. */
YOLO4J_API int32_t yolo4j_cuda_squeeze_excite_backward(
    const yolo4j_cuda_call* call, const yolo4j_squeeze_excite* block,
    const yolo4j_squeeze_excite_backward_buffers* buffers);

/*
 * Candidates come in any order; `keys` tell them apart. `count`, too, is on the device. When it
 * ends above `capacity`, the candidates that didn't fit are missing; no status can say so.
 */
YOLO4J_API int32_t yolo4j_cuda_decode_level(const yolo4j_cuda_call* call,
                                            const yolo4j_decode* level,
                                            const yolo4j_decode_buffers* buffers);

/* `present` may be what decoding counted, above `count` even; it isn't read on the host. */
YOLO4J_API int32_t yolo4j_cuda_nms_workspace(const yolo4j_nms* nms, int64_t* bytes);
YOLO4J_API int32_t yolo4j_cuda_nms_run(const yolo4j_cuda_call* call, const yolo4j_nms* nms,
                                       const yolo4j_nms_buffers* buffers);

YOLO4J_API int32_t yolo4j_cuda_pixels_in_run(const yolo4j_cuda_call* call,
                                             const yolo4j_pixels_in* frame, const uint8_t* pixels,
                                             void* y);

/* --- Roofs of a GPU, measured (native/cuda/README.md) --- */

enum yolo4j_cuda_unit {
  YOLO4J_CUDA_LANES = 1,       /* F32, F16 */
  YOLO4J_CUDA_TENSOR_CORES = 2 /* F32 (as TF32), F16, BF16, all with float32 sums */
};

/*
 * The following measure for about `seconds`, above 0 and at most 10, and give the fastest of many
 * slices of a millisecond, by the device's clock. They wait for the device's default stream, and
 * need memory of it. YOLO4J_UNSUPPORTED as all of this section, and where the device has no such
 * unit.
 */

/* Gives operations a second of multiply-adds, each of which counts 2. */
YOLO4J_API int32_t yolo4j_cuda_peak(int32_t device, int32_t unit, int32_t dtype, double seconds,
                                    double* operations_per_second);

/*
 * Gives bytes a second of passes over memory (enum yolo4j_access) past the first caches. `bytes`
 * are those of all arrays, at most 2^40, rounded down to whole vectors of 16; what they fit into is
 * measured.
 */
YOLO4J_API int32_t yolo4j_cuda_bandwidth(int32_t device, int32_t access, int64_t bytes,
                                         double seconds, double* bytes_per_second);

/*
 * Gives what an empty kernel in a row of them costs: the host, to enqueue it, and the device, from
 * one to the next when all are enqueued already.
 */
YOLO4J_API int32_t yolo4j_cuda_launch_cost(int32_t device, double seconds, double* host_seconds,
                                           double* device_seconds);

#ifdef __cplusplus
}
#endif

#endif /* YOLO4J_H */
