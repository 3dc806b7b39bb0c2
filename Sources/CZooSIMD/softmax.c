// Rows are short: with vectors of 256 bits they take half the time.
#define ZOO_V4 "arch=x86-64-v4"
#include "zoo_softmax.h"
#include "zoo_math.h"

#define T float
#define NAME(base) zoo_##base##_f32
#define EXP zoo_exp
#define LOG logf
#include "softmax_template.h"
#undef T
#undef NAME
#undef EXP
#undef LOG

#define T double
#define NAME(base) zoo_##base##_f64
#define EXP exp
#define LOG log
#include "softmax_template.h"
