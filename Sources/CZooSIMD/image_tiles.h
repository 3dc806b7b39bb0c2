// All loops over images that are compiled for each instruction set.
#include "convolution_tiles.h"
#include "depthwise_tiles.h"
#include "winograd_tiles.h"
