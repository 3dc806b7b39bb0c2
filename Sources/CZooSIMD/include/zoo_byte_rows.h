#ifndef ZOO_BYTE_ROWS_H
#define ZOO_BYTE_ROWS_H
#include <stddef.h>
#include <stdint.h>

// out[i] = sum over j of rows[i * width + j] * query[j]; width is a multiple of 32, and numbers lie within -127 ... 127.
void zoo_byte_products(const int8_t *rows, size_t count, size_t width, const int16_t *query, int32_t *out);
#endif
