#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <time.h>

int cplatform_flock_exclusive(int descriptor) {
    int result;
    do {
        result = flock(descriptor, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int cplatform_filesystem_magic(const char *path, uint64_t *magic) {
    struct statfs status;
    int result;
    do {
        result = statfs(path, &status);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return errno;
    // Some magics have the top bit set and f_type is a signed long: keep the 32 bits that were meant.
    *magic = (uint32_t)status.f_type;
    return 0;
}

int cplatform_available_bytes(const char *path, uint64_t *bytes) {
    struct statvfs status;
    if (statvfs(path, &status) != 0) return errno;
    *bytes = (uint64_t)status.f_bavail * (uint64_t)status.f_frsize;
    return 0;
}

int cplatform_measure_space(const char *path, struct cplatform_space *space) {
    struct statvfs status;
    int result;
    do {
        result = statvfs(path, &status);
    } while (result != 0 && errno == EINTR);
    if (result != 0) return errno;
    double block = (double)status.f_frsize;
    space->size = block * (double)status.f_blocks;
    space->free = block * (double)status.f_bfree;
    space->available = block * (double)status.f_bavail;
    space->files = status.f_files;
    space->files_free = status.f_ffree;
    return 0;
}

int cplatform_clock_is_in_step(void) {
    struct timex state = {0};
    if (adjtimex(&state) < 0) return -1;
    return (state.status & STA_UNSYNC) == 0;
}

void cplatform_steady_heap(void) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    mallopt(M_TRIM_THRESHOLD, 256 * 1024);
#endif
}

int cplatform_signal_on_parent_death(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0) == 0 ? 0 : errno;
}

void cplatform_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int cplatform_wait_semaphore(sem_t *semaphore, int64_t deadline) {
    struct timespec time = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
    int result;
    do {
        result = sem_clockwait(semaphore, CLOCK_MONOTONIC, &time);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}
