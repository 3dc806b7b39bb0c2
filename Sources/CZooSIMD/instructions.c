#include "zoo_instructions.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"baseline", "avx2", "avx512"};
static zoo_instruction_set in_force;

zoo_instruction_set zoo_best_instructions(void) {
#if defined(__x86_64__)
    // x86-64-v3 and v4, which the loops are compiled for: AVX2 alone is not enough.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return ZOO_AVX512;
    if (__builtin_cpu_supports("x86-64-v3")) return ZOO_AVX2;
#endif
    return ZOO_BASELINE;
}

// Before main: no loop may run with one set and the next with another. What $ZOO_INSTRUCTIONS holds that is no set, or a set
// that the processor lacks, changes nothing here: the program refuses it.
__attribute__((constructor)) static void choose(void) {
    in_force = zoo_best_instructions();
    const char *asked = getenv("ZOO_INSTRUCTIONS");
    for (int set = ZOO_BASELINE; asked != NULL && set <= ZOO_AVX512; set++)
        if (strcmp(asked, names[set]) == 0) zoo_force_instructions((zoo_instruction_set)set);
}

zoo_instruction_set zoo_instructions(void) { return in_force; }

bool zoo_force_instructions(zoo_instruction_set set) {
    if (set > zoo_best_instructions()) return false;
    in_force = set;
    return true;
}

const char *zoo_instructions_name(zoo_instruction_set set) { return names[set]; }
