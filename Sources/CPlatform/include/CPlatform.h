// System calls that Swift cannot call as they are: variadic, hidden behind a struct of the same name, or missing from the C library's module.
#ifndef FLATALERT_CPLATFORM_H
#define FLATALERT_CPLATFORM_H

#include "Spawn.h"

#include <semaphore.h>
#include <stdint.h>

/// Takes an exclusive advisory lock without waiting. Returns 0, or the errno (EWOULDBLOCK when another process holds it).
int cplatform_flock_exclusive(int descriptor);

/// Stores the `f_type` of the file system that holds `path`. Returns 0 or the errno.
int cplatform_filesystem_magic(const char *path, uint64_t *magic);

/// Bytes that an unprivileged process may still write to the file system that holds `path`. Returns 0 or the errno.
int cplatform_available_bytes(const char *path, uint64_t *bytes);

/// How large a file system is and how much of it is free, in bytes and in files.
struct cplatform_space {
    double size, free, available;
    uint64_t files, files_free;
};

/// Measures the file system that holds `path`; may hang for as long as a server does not answer. Returns 0 or the errno.
int cplatform_measure_space(const char *path, struct cplatform_space *space);

/// Whether a time service keeps the kernel's clock in step: 1 or 0, or -1 when the kernel does not tell.
int cplatform_clock_is_in_step(void);

/// Keeps glibc's heap from holding on to what large requests left behind: two arenas for all threads, and blocks from 256 KB on taken from
/// the system and given back at once, whatever was freed before. To be called before the first thread starts.
void cplatform_steady_heap(void);

/// Asks the kernel to send this process `signal` when its parent dies. Returns 0 or the errno.
int cplatform_signal_on_parent_death(int signal);

/// Names the calling thread in debuggers and /proc; at most 15 bytes.
void cplatform_name_thread(const char *name);

/// Waits for a semaphore until this instant of CLOCK_MONOTONIC in nanoseconds. Returns 0, ETIMEDOUT or another errno.
int cplatform_wait_semaphore(sem_t *semaphore, int64_t deadline);

#endif
