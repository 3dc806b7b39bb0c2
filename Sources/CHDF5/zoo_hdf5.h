// HDF5's C API as Swift can see it: its types, property classes and versions are macros that call H5open().
// zlib comes with it (HDF5's deflate filter is built on it); it measures what deflating would save, and does CRC-32.
#pragma once
#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

/// Inflates a raw deflate stream (RFC 1951); returns how many bytes it makes, -1 where it is damaged or would make more than `size`.
static inline ptrdiff_t zoo_inflate(const void *from, size_t length, void *to, size_t size) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    unsigned char none;
    stream.next_in = (z_const Bytef *)from;
    stream.next_out = size > 0 ? (Bytef *)to : &none;
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return -1;
    size_t read = 0, written = 0;
    int code = Z_OK;
    while (code == Z_OK) {
        const uInt in = length - read < UINT_MAX ? (uInt)(length - read) : UINT_MAX;
        const uInt out = size - written < UINT_MAX ? (uInt)(size - written) : UINT_MAX;
        stream.avail_in = in;
        stream.avail_out = out;
        code = inflate(&stream, Z_NO_FLUSH);
        read += in - stream.avail_in;
        written += out - stream.avail_out;
        if (code == Z_OK && in == stream.avail_in && out == stream.avail_out) code = Z_BUF_ERROR;
    }
    inflateEnd(&stream);
    return code == Z_STREAM_END ? (ptrdiff_t)written : -1;
}

static inline hid_t zoo_h5t_float32(void) { return H5T_IEEE_F32LE; }
/// IEEE 754 half precision, little-endian, as h5py and NumPy write it; the caller closes it. HDF5 names no such type.
static inline hid_t zoo_h5t_copy_float16(void) {
    hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    if (type < 0) return type;
    if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 || H5Tset_ebias(type, 15) < 0) {
        H5Tclose(type);
        return -1;
    }
    return type;
}
static inline hid_t zoo_h5t_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t zoo_h5t_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t zoo_h5t_int32(void) { return H5T_STD_I32LE; }
static inline hid_t zoo_h5t_int64(void) { return H5T_STD_I64LE; }
static inline hid_t zoo_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t zoo_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t zoo_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t zoo_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t zoo_h5t_c_s1(void) { return H5T_C_S1; }
static inline size_t zoo_h5t_variable(void) { return H5T_VARIABLE; }

static inline hid_t zoo_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t zoo_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t zoo_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t zoo_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t zoo_h5p_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t zoo_h5p_default(void) { return H5P_DEFAULT; }
static inline hid_t zoo_h5s_all(void) { return H5S_ALL; }
static inline hid_t zoo_h5e_default(void) { return H5E_DEFAULT; }

static inline unsigned zoo_h5f_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned zoo_h5f_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned zoo_h5p_creation_order(void) { return H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED; }

// A file in memory that HDF5 reads where it lies: it neither copies nor frees the bytes, which must outlive the file.
static inline void *zoo_h5_image_place(size_t size, H5FD_file_image_op_t operation, void *image) {
    (void)size, (void)operation;
    return image;
}
static inline void *zoo_h5_image_keep(
    void *target, const void *source, size_t size, H5FD_file_image_op_t operation, void *image) {
    (void)size, (void)operation, (void)image;
    return target == source ? target : NULL;
}
static inline void *zoo_h5_image_no_growth(void *old, size_t size, H5FD_file_image_op_t operation, void *image) {
    (void)old, (void)size, (void)operation, (void)image;
    return NULL;
}
static inline herr_t zoo_h5_image_leave(void *old, H5FD_file_image_op_t operation, void *image) {
    (void)old, (void)operation, (void)image;
    return 0;
}
static inline void *zoo_h5_image_same(void *image) { return image; }
static inline herr_t zoo_h5_image_done(void *image) {
    (void)image;
    return 0;
}

/// Makes `bytes` the file that is opened next with these access properties, for reading only.
static inline herr_t zoo_h5p_set_image_in_place(hid_t access, const void *bytes, size_t size) {
    void *image = (void *)bytes;
    H5FD_file_image_callbacks_t callbacks = {zoo_h5_image_place, zoo_h5_image_keep, zoo_h5_image_no_growth,
        zoo_h5_image_leave, zoo_h5_image_same, zoo_h5_image_done, image};
    if (H5Pset_file_image_callbacks(access, &callbacks) < 0) return -1;
    return H5Pset_file_image(access, image, size);
}

static inline herr_t zoo_h5_stay(const char *parent, const char *group, const char *file, const char *object, unsigned *flags,
                                 hid_t access, void *data) {
    (void)parent; (void)group; (void)file; (void)object; (void)flags; (void)access; (void)data;
    return -1;
}

/// Access properties with which nothing is opened through a link to another file; negative for none.
static inline hid_t zoo_h5p_within_file(void) {
    hid_t access = H5Pcreate(H5P_LINK_ACCESS);
    if (access >= 0 && H5Pset_elink_cb(access, zoo_h5_stay, NULL) < 0) {
        H5Pclose(access);
        return -1;
    }
    return access;
}

/// What tells an object of a file from the others; 0 where that is not known.
static inline uint64_t zoo_h5_object_number(hid_t object) {
#if H5_VERSION_GE(1, 12, 0)
    H5O_info2_t info;
    uint64_t number = 0;
    if (H5Oget_info3(object, &info, H5O_INFO_BASIC) >= 0) memcpy(&number, &info.token, sizeof number);
    return number;
#else
    H5O_info_t info;
    return H5Oget_info2(object, &info, H5O_INFO_BASIC) >= 0 ? (uint64_t)info.addr : 0;
#endif
}

/// The first filter of a data set's creation properties that is not there: its number, with its name in `name` (80 bytes); 0 for none.
static inline int zoo_h5_absent_filter(hid_t creation, char *name) {
    const int count = H5Pget_nfilters(creation);
    for (int i = 0; i < count; i++) {
        unsigned flags;
        size_t values = 0;
        name[0] = 0;
        const H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &values, NULL, 80, name, NULL);
        if (filter > 0 && H5Zfilter_avail(filter) <= 0) return filter;
    }
    return 0;
}

// Link iteration is versioned by macros from 1.12 on; the visitor gets each link's name and what it is.
enum { ZOO_H5_OTHER_LINK, ZOO_H5_HARD_LINK, ZOO_H5_SOFT_LINK };
typedef struct {
    int (*visit)(const char *name, int kind, void *context);
    void *context;
} zoo_h5_link_visitor;

static inline herr_t zoo_h5_link_step(hid_t group, const char *name, const H5L_info_t *info, void *data) {
    (void)group;
    zoo_h5_link_visitor *visitor = (zoo_h5_link_visitor *)data;
    const int kind = info->type == H5L_TYPE_HARD   ? ZOO_H5_HARD_LINK
                     : info->type == H5L_TYPE_SOFT ? ZOO_H5_SOFT_LINK
                                                   : ZOO_H5_OTHER_LINK;
    return visitor->visit(name, kind, visitor->context);
}

/// Visits the links of `group`, in creation order where the group tracked it, else by name.
static inline herr_t zoo_h5_visit_links(hid_t group, zoo_h5_link_visitor *visitor) {
    unsigned order = 0;
    hid_t properties = H5Gget_create_plist(group);
    if (properties < 0) return -1;
    herr_t known = H5Pget_link_creation_order(properties, &order);
    H5Pclose(properties);
    H5_index_t index = known >= 0 && (order & H5P_CRT_ORDER_TRACKED) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
    return H5Literate(group, index, H5_ITER_INC, NULL, zoo_h5_link_step, visitor);
}

/// What a link is: 0 for a hard one, 1 for a soft one, 2 for one to another file; of these, where it leads.
static inline int zoo_h5_link(hid_t file, const char *path, char *target, size_t size) {
    H5L_info_t info;
    char value[1024], *name = NULL, *object = NULL;
    unsigned flags;
    target[0] = 0;
    if (H5Lget_info(file, path, &info, H5P_DEFAULT) < 0) {
        H5Eclear2(H5E_DEFAULT);
        return 0;
    }
    if (info.type == H5L_TYPE_HARD) return 0;
    memset(value, 0, sizeof value);
    const int known = info.u.val_size < sizeof value && H5Lget_val(file, path, value, sizeof value - 1, H5P_DEFAULT) >= 0;
    if (info.type == H5L_TYPE_SOFT) {
        if (known) snprintf(target, size, "%s", value);
        return 1;
    }
    if (known && info.type == H5L_TYPE_EXTERNAL
        && H5Lunpack_elink_val(value, info.u.val_size, &flags, (const char **)&name, (const char **)&object) >= 0)
        snprintf(target, size, "%s:%s", name, object);
    H5Eclear2(H5E_DEFAULT);
    return 2;
}

/// Where an open object lies in its file: the same for the same object.
static inline uint64_t zoo_h5_address(hid_t object) {
    H5O_info_t info;
    uint64_t address = 0;
#if H5_VERSION_GE(1, 12, 0)
    if (H5Oget_info(object, &info, H5O_INFO_BASIC) >= 0) memcpy(&address, &info.token, sizeof address);
#else
    if (H5Oget_info(object, &info) >= 0) address = info.addr;
#endif
    return address;
}

/// Runs H5Ewalk2 from the innermost frame and copies its description; HDF5 frees the stack's strings later.
static inline herr_t zoo_h5_first_error(unsigned n, const H5E_error2_t *error, void *buffer) {
    if (n == 0 && error->desc) {
        char *text = (char *)buffer;
        size_t i = 0;
        for (; i < 199 && error->desc[i]; i++) text[i] = error->desc[i];
        text[i] = 0;
    }
    return 0;
}

/// The innermost message of the error stack in `buffer` (at least 200 bytes), which is then cleared.
static inline void zoo_h5_take_error(char *buffer) {
    buffer[0] = 0;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, zoo_h5_first_error, buffer);
    H5Eclear2(H5E_DEFAULT);
}
