/*
 * The C ABI of yolo4j's plan executor: runs a network, compiled into a list of steps, on oneDNN and
 * the kernels of yolo4j.h. A library of its own, libyolo4j_plan, since it needs oneDNN's.
 *
 * Conventions are those of yolo4j.h; the text of a failure is yolo4j_plan_last_error().
 */
#ifndef YOLO4J_PLAN_H
#define YOLO4J_PLAN_H

#include "yolo4j.h"

/* Raised whenever a caller compiled against the older header could misbehave. */
#define YOLO4J_PLAN_ABI_VERSION 4

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A feature map in NHWC in the arena. Pixels stand `pixel_stride` elements apart, so that maps may
 * be channels of a larger one; rows follow each other without a gap.
 */
typedef struct yolo4j_plan_tensor {
  uint32_t struct_size;
  int32_t dtype; /* YOLO4J_DTYPE_F32, _BF16 or _U8 */
  int64_t images;
  int64_t height;
  int64_t width;
  int64_t channels;
  int64_t pixel_stride; /* the number of channels or more */
  int64_t offset;       /* bytes from the start of the arena; a multiple of the element's size */
  float scale;          /* of bytes, which stand for (byte - zero_point) * scale; above 0 */
  int32_t zero_point;   /* 0 to 255 */
} yolo4j_plan_tensor;

/*
 * What a step does. Codes are part of the ABI. Depthwise convolutions, squeeze and excites,
 * activations, sums and attentions take no bytes; others that only move values want one scale on
 * both sides, a copy doesn't: it converts.
 */
enum yolo4j_plan_kind {
  YOLO4J_PLAN_PIXELS = 1,         /* y = the batch's pixels / 255, dense; bytes: scale 1/255 */
  YOLO4J_PLAN_PIXEL_BLOCKS = 2,   /* as above, with 2 x 2 pixels as 12 channels: row, column, RGB */
  YOLO4J_PLAN_CONVOLUTION = 3,    /* y = activation(conv(x) + bias) + second; of bytes with weights
                                     rounded to 8 bits, a scale an output channel; then the CPU
                                     needs VNNI or AMX, else YOLO4J_UNSUPPORTED */
  YOLO4J_PLAN_DEPTHWISE = 4,      /* the same without second; x and y dense */
  YOLO4J_PLAN_SQUEEZE_EXCITE = 5, /* x and y dense, y may be x */
  YOLO4J_PLAN_ACTIVATION = 6,     /* x and y dense, y may be x */
  YOLO4J_PLAN_MAX_POOL = 7,
  YOLO4J_PLAN_UPSAMPLE = 8, /* nearest, by `stride` */
  YOLO4J_PLAN_COPY = 9,
  YOLO4J_PLAN_ADD = 10,       /* y = x + second */
  YOLO4J_PLAN_BLOCKS = 11,    /* `stride` x `stride` pixels as channels: row, column, channel */
  YOLO4J_PLAN_PAD = 12,       /* zeros around x: pad_top, pad_left and what y has more */
  YOLO4J_PLAN_SHUFFLE = 13,   /* y[j * groups + i] = x[i * (channels / groups) + j], by channel */
  YOLO4J_PLAN_ATTENTION = 14, /* y = softmax(q k^T / sqrt(d)) v over an image's pixels, in `groups`
                                 heads of d channels; q, k and v are thirds of x's channels */
  YOLO4J_PLAN_CLASS_SCORES = 15 /* class logits of the anchors that pass, see yolo4j_class_scores:
                                   second float32 [..][anchors * 5], dense; y float32 [..][anchors *
                                   classes], dense, what isn't computed keeps what was there */
};

/* Behind a convolution besides enum yolo4j_activation: u where u > 0, else 0.1 u. */
enum { YOLO4J_PLAN_LEAKY_RELU = 100 };

/*
 * A step. Tensors are indices of the list, -1 for none. Weights are float32 and copied: of a
 * convolution [out][in / groups][kernel_height][kernel_width], of a squeeze and excite `weight` the
 * first product's and `weight2` the second's, of class scores [anchors][classes][in].
 */
typedef struct yolo4j_plan_step {
  uint32_t struct_size;
  int32_t kind;
  int32_t x;
  int32_t second;
  int32_t y;
  int32_t pooled; /* float32 [images][1][1][channels]: a depthwise convolution writes the means of
                     its result there, a squeeze and excite reads x's there */
  int32_t activation; /* enum yolo4j_activation, or YOLO4J_PLAN_LEAKY_RELU */
  int32_t gate;       /* of a squeeze and excite */
  int32_t kernel_height;
  int32_t kernel_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t pad_top;
  int32_t pad_left;
  int32_t pad_bottom;
  int32_t pad_right;
  int32_t dilation_height; /* 1: none */
  int32_t dilation_width;
  int32_t groups;
  int32_t squeezed; /* channels between the products */
  const float* weight;
  const float* bias; /* null: zeros */
  const float* weight2;
  const float* bias2;
  int32_t anchors; /* of class scores, and what the objectness must exceed, 0 to 1 */
  float least_objectness;
} yolo4j_plan_step;

typedef struct yolo4j_plan_network {
  uint32_t struct_size;
  int32_t threads;         /* of every run; kept in the plan */
  int32_t allow_reference; /* 1: oneDNN's slow reference code may run where it has no other */
  int32_t tensor_count;
  const yolo4j_plan_tensor* tensors;
  int32_t step_count;
  const yolo4j_plan_step* steps;
  int64_t arena_bytes;
  int32_t cpu_count;   /* 0: runs go wherever the caller's thread may */
  const int32_t* cpus; /* else the logical processors that runs keep to, numbered as the system
                          does; at least as many as threads, all different. Linux alone; else and
                          where the process may not use one, YOLO4J_UNSUPPORTED */
} yolo4j_plan_network;

/* Compiled: chosen implementations and packed weights. May be used by many threads at once. */
typedef struct yolo4j_plan yolo4j_plan;

/* What one run at a time needs: the arena and the working memory of the steps. */
typedef struct yolo4j_plan_context yolo4j_plan_context;

/* Returns YOLO4J_PLAN_ABI_VERSION as the library was compiled. */
YOLO4J_API int32_t yolo4j_plan_abi_version(void);

/* Returns the version of the oneDNN library in use, for people: "3.11.0". */
YOLO4J_API const char* yolo4j_plan_onednn_version(void);

/* Returns the text of the calling thread's last failure in this library, as yolo4j_last_error(). */
YOLO4J_API const char* yolo4j_plan_last_error(void);

/*
 * Compiles a network. Fails with YOLO4J_UNSUPPORTED where oneDNN has nothing but its reference code
 * for a step and allow_reference isn't set. The caller destroys the plan, after its contexts.
 */
YOLO4J_API int32_t yolo4j_plan_create(const yolo4j_plan_network* network, yolo4j_plan** plan);

/* Frees the plan; null does nothing. */
YOLO4J_API void yolo4j_plan_destroy(yolo4j_plan* plan);

/*
 * Writes what runs a step and how a convolution's weights lie, for people, cut to `capacity` bytes
 * with its final 0.
 */
YOLO4J_API int32_t yolo4j_plan_describe(const yolo4j_plan* plan, int32_t step, char* text,
                                        int64_t capacity);

/* Gives the bytes of packed weights, and of a context: arena and working memory. */
YOLO4J_API int32_t yolo4j_plan_memory(const yolo4j_plan* plan, int64_t* weight_bytes,
                                      int64_t* context_bytes);

/* Allocates. The arena is filled with NaN, so that nothing reads what no step wrote. */
YOLO4J_API int32_t yolo4j_plan_context_create(const yolo4j_plan* plan,
                                              yolo4j_plan_context** context);

/* Frees the context; null does nothing. */
YOLO4J_API void yolo4j_plan_context_destroy(yolo4j_plan_context* context);

/* Gives the address of a tensor's first element. */
YOLO4J_API int32_t yolo4j_plan_tensor_data(const yolo4j_plan_context* context, int32_t tensor,
                                           void** data);

/*
 * Runs all steps. `pixels` are 8-bit RGB, interleaved, [images][height][width][3] as the steps that
 * read them say. Allocates nothing. One run at a time in a context. Where the plan has processors,
 * the calling thread and its team keep to them for the time of the call, then get back those they
 * had.
 *
 * times: two numbers a step, when it started and when it ended, in nanoseconds of the system's
 * monotonic clock; null: not wanted.
 */
YOLO4J_API int32_t yolo4j_plan_run(yolo4j_plan_context* context, const uint8_t* pixels,
                                   int64_t* times);

#ifdef __cplusplus
}
#endif

#endif /* YOLO4J_PLAN_H */
