// A file layer for SQLite that lives in memory and forgets, when the power is cut, what was not synced.
//
// What survives a cut is as bad as a disk may make it: of the writes since a file's last sync any set of 512-byte sectors, later ones without earlier ones;
// a file that grew may have garbage where nothing arrived; a file whose directory entry was not synced may be missing, a deleted one may be back.
// What was synced is always there.
#ifndef FLATALERT_CPOWERCUTVFS_H
#define FLATALERT_CPOWERCUTVFS_H

#include <stdint.h>

typedef struct powercut_disk powercut_disk;

/// What happened on a disk since it was made.
typedef struct {
    uint64_t writes, syncs, cuts, sectors_kept, sectors_lost, files_lost, files_revived;
} powercut_counts;

/// A new empty disk, known to SQLite under this name. NULL when there is no memory.
powercut_disk *powercut_create(const char *name, uint64_t seed);

/// Forgets the disk. No file on it may be open.
void powercut_destroy(powercut_disk *disk);

/// Cuts the power at the count-th write, truncation, sync or deletion from now (1 is the next one); 0 takes a planned cut back.
void powercut_plan(powercut_disk *disk, uint64_t count);

/// Cuts the power now, unless it is off already. Every open file fails from here on.
void powercut_cut(powercut_disk *disk);

/// Whether the power is off.
int powercut_is_off(powercut_disk *disk);

/// Turns the power on again: files can be opened, with what survived.
void powercut_power_on(powercut_disk *disk);

/// What happened so far.
powercut_counts powercut_count(powercut_disk *disk);

#endif
