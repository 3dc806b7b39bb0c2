#ifndef ZOO_OPENBLAS_H
#define ZOO_OPENBLAS_H
#include <stdbool.h>
#endif
