#ifndef ZOO_INSTRUCTIONS_H
#define ZOO_INSTRUCTIONS_H
#include <stdbool.h>

/// The instruction sets that the loops are compiled for, from the least to the most.
typedef enum { ZOO_BASELINE, ZOO_AVX2, ZOO_AVX512 } zoo_instruction_set;

/// The set in force: the most that this processor has, or less where $ZOO_INSTRUCTIONS or a call asked for less.
zoo_instruction_set zoo_instructions(void);

/// The most that this processor has, told by its features.
zoo_instruction_set zoo_best_instructions(void);

/// Forces a set. Returns false, and changes nothing, where the processor lacks it. To be called before anything else of
/// the library: OpenBLAS is loaded for the set of its first product, and packed weights have the layout of one set.
bool zoo_force_instructions(zoo_instruction_set set);

/// The name by which a set is asked for: `baseline`, `avx2`, `avx512`.
const char *zoo_instructions_name(zoo_instruction_set set);

#endif
