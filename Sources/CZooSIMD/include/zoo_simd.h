#ifndef ZOO_SIMD_H
#define ZOO_SIMD_H
// Umbrella header: one header per source file, so that each family of loops stands alone.
#include "zoo_binary.h"
#include "zoo_convolution.h"
#include "zoo_covariance.h"
#include "zoo_dot_bias.h"
#include "zoo_gemm.h"
#include "zoo_gibbs.h"
#include "zoo_image.h"
#include "zoo_instructions.h"
#include "zoo_least_squares.h"
#include "zoo_map.h"
#include "zoo_neighbours.h"
#include "zoo_optimizer.h"
#include "zoo_pairwise.h"
#include "zoo_recurrent.h"
#include "zoo_reduce.h"
#include "zoo_softmax.h"
#include "zoo_streamed.h"
#include "zoo_tabular.h"
#include "zoo_threads.h"
#include "zoo_unary.h"
#endif
