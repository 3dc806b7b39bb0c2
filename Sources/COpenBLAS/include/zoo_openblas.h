#ifndef ZOO_OPENBLAS_H
#define ZOO_OPENBLAS_H
#include <stdbool.h>
#include <stddef.h>

/// Which OpenBLAS was loaded, and which of its kernel sets it runs.
typedef struct {
    const char *path;           // the name that was loaded, or NULL when none was found
    const char *configuration;  // openblas_get_config()
    const char *core;           // openblas_get_corename()
    bool core_set_by_user;      // OPENBLAS_CORETYPE was in the environment
    bool concurrent;            // may be called from several threads at once (the OpenMP flavour takes turns)
} zoo_openblas_description;

/// Loads OpenBLAS at its first call, with the kernels of the instruction set in force, and describes it.
///
/// OpenBLAS reads its environment when it is loaded and knows processors by name: one newer than itself gets its slowest
/// kernels. So the core type is set from `zoo_instructions` just before, unless the user has set it.
/// The library runs on the caller's thread only; ZooKernels shares work between threads itself.
const zoo_openblas_description *zoo_openblas_load(void);

/// C = alpha op(A) op(B) + beta C, row-major. Returns false when no library was found.
bool zoo_openblas_sgemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha, const float *a,
                        size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc);

/// The same in Float64.
bool zoo_openblas_dgemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha, const double *a,
                        size_t lda, const double *b, size_t ldb, double beta, double *c, size_t ldc);

#endif
