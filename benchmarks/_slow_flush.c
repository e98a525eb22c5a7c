/* Every flush takes FLUSH_MICROSECONDS longer, as on a disk that takes that long to make bytes
   durable. Loaded in front of libc (LD_PRELOAD), by both sides of a measurement alike. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int flush(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *given = getenv("FLUSH_MICROSECONDS");
    long wait = given ? atol(given) : 0;
    struct timespec time = {wait / 1000000, wait % 1000000 * 1000};
    int result = real(file);
    nanosleep(&time, NULL);
    return result;
}

int fsync(int file) { return flush("fsync", file); }

int fdatasync(int file) { return flush("fdatasync", file); }
