#include "zoo_gemm.h"
