#ifndef ZOO_WINDOWS_H
#define ZOO_WINDOWS_H
#include <stddef.h>

#include "zoo_clones.h"

// The taps first ..< last that fall into 0 ..< size when the window begins at `start`.
ZOO_INLINE void inside(ptrdiff_t start, ptrdiff_t size, ptrdiff_t dilation, ptrdiff_t taps, ptrdiff_t *first, ptrdiff_t *last) {
    const ptrdiff_t from = start < 0 ? (-start + dilation - 1) / dilation : 0;
    const ptrdiff_t to = start >= size ? 0 : (size - start + dilation - 1) / dilation;
    *first = from < taps ? from : taps;
    *last = to < taps ? to : taps;
}
#endif
