#include "zoo_openblas.h"
