#ifndef ZOO_GEMM_H
#define ZOO_GEMM_H
#endif
