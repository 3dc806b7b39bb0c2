#include "zoo_reduce.h"
#include "zoo_clones.h"
#include <math.h>

#define T float
#define NAME zoo_reduce_f32
#include "reduce_template.h"
#undef T
#undef NAME

#define T double
#define NAME zoo_reduce_f64
#include "reduce_template.h"
