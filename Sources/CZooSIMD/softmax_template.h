// Included once per element type; the includer defines T, NAME(base), EXP and LOG.
#define FOR_ROWS for (ptrdiff_t r = 0; r < rows; r++)

// Without NaN in mind: a NaN reaches the sum of the exponentials anyway.
ZOO_INLINE T NAME(row_max)(const T *restrict x, ptrdiff_t n) {
#pragma clang fp reassociate(on)
    T top = -(T)INFINITY;
    for (ptrdiff_t i = 0; i < n; i++) top = __builtin_elementwise_max(top, x[i]);
    return top;
}

ZOO_CLONED(void, NAME(softmax), (const T *x, T *y, ptrdiff_t rows, ptrdiff_t n), (x, y, rows, n)) {
#pragma clang fp reassociate(on)
    FOR_ROWS {
        const T *restrict p = x + r * n;
        T *restrict q = y + r * n;
        const T top = NAME(row_max)(p, n);
        T sum = 0;
        for (ptrdiff_t i = 0; i < n; i++) {
            const T e = EXP(p[i] - top);
            q[i] = e;
            sum += e;
        }
        const T scale = 1 / sum;
        for (ptrdiff_t i = 0; i < n; i++) q[i] *= scale;
    }
}

ZOO_CLONED(void, NAME(log_softmax), (const T *x, T *y, ptrdiff_t rows, ptrdiff_t n), (x, y, rows, n)) {
#pragma clang fp reassociate(on)
    FOR_ROWS {
        const T *restrict p = x + r * n;
        T *restrict q = y + r * n;
        const T top = NAME(row_max)(p, n);
        T sum = 0;
        for (ptrdiff_t i = 0; i < n; i++) sum += EXP(p[i] - top);
        const T shift = LOG(sum);
        for (ptrdiff_t i = 0; i < n; i++) q[i] = (p[i] - top) - shift;
    }
}

ZOO_CLONED(void, NAME(softmax_gradient),
           (const T *g, const T *y, T *dx, ptrdiff_t rows, ptrdiff_t n),
           (g, y, dx, rows, n)) {
#pragma clang fp reassociate(on)
    FOR_ROWS {
        const T *restrict pg = g + r * n, *restrict py = y + r * n;
        T *restrict q = dx + r * n;
        T sum = 0;
        for (ptrdiff_t i = 0; i < n; i++) sum += pg[i] * py[i];
        for (ptrdiff_t i = 0; i < n; i++) q[i] = py[i] * (pg[i] - sum);
    }
}

ZOO_CLONED(void, NAME(log_softmax_gradient),
           (const T *g, const T *y, T *dx, ptrdiff_t rows, ptrdiff_t n),
           (g, y, dx, rows, n)) {
#pragma clang fp reassociate(on)
    FOR_ROWS {
        const T *restrict pg = g + r * n, *restrict py = y + r * n;
        T *restrict q = dx + r * n;
        T sum = 0;
        for (ptrdiff_t i = 0; i < n; i++) sum += pg[i];
        for (ptrdiff_t i = 0; i < n; i++) q[i] = pg[i] - EXP(py[i]) * sum;
    }
}
#undef FOR_ROWS
