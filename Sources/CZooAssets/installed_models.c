// The models that ship, as files beside the program instead of within it: `Scripts/package` links this in place of models.c.
// A file is mapped, so that nothing of it is read before it is asked for.
#ifdef ZOO_INSTALLED_MODELS
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zoo_assets.h"

#define MAXIMUM 256

static const char *const parts[] = {"model.h5", "card.md", "recipe.json", "metrics.json"};
static zoo_asset assets[MAXIMUM];
static size_t found;

static void add(const char *folder, const char *model, const char *part) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s/%s", folder, model, part) >= (int)sizeof path) return;
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status;
    void *bytes = MAP_FAILED;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    char *name = bytes == MAP_FAILED ? NULL : strdup(path + strlen(folder) + 1);
    if (name) assets[found++] = (zoo_asset){name, bytes, (size_t)status.st_size};
}

/// Looks in `../share/zoo/models` from the folder of the program, wherever links to it stand.
static void find(void) {
    char folder[PATH_MAX + 32];
    const ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX);
    if (length < 0) return;
    folder[length] = 0;
    for (int level = 0; level < 2; level++) {  // the program's own name, then bin
        char *slash = strrchr(folder, '/');
        if (!slash) return;
        *slash = 0;
    }
    strcat(folder, "/share/zoo/models");
    DIR *models = opendir(folder);
    if (!models) return;
    for (struct dirent *model; (model = readdir(models)) && found + sizeof parts / sizeof *parts <= MAXIMUM;) {
        if (model->d_name[0] == '.') continue;
        for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) add(folder, model->d_name, parts[part]);
    }
    closedir(models);
}

const zoo_asset *zoo_model_assets(size_t *count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find);
    *count = found;
    return assets;
}
#endif
