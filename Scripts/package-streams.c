// The standard streams, as pointers within the extension: Debian's libhdf5_serial.a is compiled for programs, and reaches
// those of libc in a way that a shared library may not. `Scripts/package` links this.
#define _GNU_SOURCE
#include <dlfcn.h>

typedef struct _IO_FILE FILE;
FILE *stdin, *stdout, *stderr;

static FILE *stream(const char *name) {
    FILE **own = dlsym(RTLD_DEFAULT, name);
    return own ? *own : 0;
}

__attribute__((constructor(101))) static void find(void) {
    stdin = stream("stdin");
    stdout = stream("stdout");
    stderr = stream("stderr");
}
