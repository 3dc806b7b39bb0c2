#include "zoo_openblas.h"
#include "zoo_instructions.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The C interface of BLAS: row-major order and the two forms of an operand.
enum { ROW_MAJOR = 101, AS_STORED = 111, TRANSPOSED = 112 };

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                               float *, int);
typedef void (*dgemm_function)(int, int, int, int, int, int, double, const double *, int, const double *, int, double,
                               double *, int);

static sgemm_function sgemm;
static dgemm_function dgemm;
static zoo_openblas_description description;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

// Debian's pthread flavour first: it may be called from several threads at once.
static const char *const library_names[] = {
#if defined(__APPLE__)
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
#else
#if defined(__x86_64__)
    "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
#elif defined(__aarch64__)
    "/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
#endif
    "libopenblas.so.0",
    "libopenblas.so",
#endif
};

static const char *core_for(zoo_instruction_set set) {
#if defined(__x86_64__)
    switch (set) {
        case ZOO_AVX512: return "SKYLAKEX";
        case ZOO_AVX2: return "HASWELL";
        default: return "PRESCOTT";
    }
#else
    return NULL;
#endif
}

// Sets a variable for the time of loading only: child processes inherit the user's environment, not ours.
static bool set_unless_present(const char *name, const char *value) {
    if (value == NULL || getenv(name) != NULL) return false;
    return setenv(name, value, 0) == 0;
}

static void load(void) {
    description.core_set_by_user = getenv("OPENBLAS_CORETYPE") != NULL;
    const bool core_set = set_unless_present("OPENBLAS_CORETYPE", core_for(zoo_instructions()));
    const bool threads_set = set_unless_present("OPENBLAS_NUM_THREADS", "1");
    void *library = NULL;
    for (size_t i = 0; library == NULL && i < sizeof library_names / sizeof *library_names; i++) {
        library = dlopen(library_names[i], RTLD_NOW | RTLD_LOCAL);
        description.path = library_names[i];
    }
    if (core_set) unsetenv("OPENBLAS_CORETYPE");
    if (threads_set) unsetenv("OPENBLAS_NUM_THREADS");
    if (library == NULL) {
        description.path = NULL;
        return;
    }
    sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
    dgemm = (dgemm_function)dlsym(library, "cblas_dgemm");
    char *(*const core)(void) = (char *(*)(void))dlsym(library, "openblas_get_corename");
    char *(*const configuration)(void) = (char *(*)(void))dlsym(library, "openblas_get_config");
    void (*const set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    description.core = core ? core() : "unknown";
    description.configuration = configuration ? configuration() : "unknown";
    description.concurrent = strstr(description.configuration, "USE_OPENMP") == NULL;
    if (set_threads) set_threads(1);
}

const zoo_openblas_description *zoo_openblas_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return &description;
}

bool zoo_openblas_sgemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, float alpha, const float *a,
                        size_t lda, const float *b, size_t ldb, float beta, float *c, size_t ldc) {
    zoo_openblas_load();
    if (sgemm == NULL) return false;
    if (!description.concurrent) pthread_mutex_lock(&one_at_a_time);
    sgemm(ROW_MAJOR, transpose_a ? TRANSPOSED : AS_STORED, transpose_b ? TRANSPOSED : AS_STORED, (int)m, (int)n, (int)k,
          alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
    if (!description.concurrent) pthread_mutex_unlock(&one_at_a_time);
    return true;
}

bool zoo_openblas_dgemm(bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, double alpha, const double *a,
                        size_t lda, const double *b, size_t ldb, double beta, double *c, size_t ldc) {
    zoo_openblas_load();
    if (dgemm == NULL) return false;
    if (!description.concurrent) pthread_mutex_lock(&one_at_a_time);
    dgemm(ROW_MAJOR, transpose_a ? TRANSPOSED : AS_STORED, transpose_b ? TRANSPOSED : AS_STORED, (int)m, (int)n, (int)k,
          alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
    if (!description.concurrent) pthread_mutex_unlock(&one_at_a_time);
    return true;
}
