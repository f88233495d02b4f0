#include "CPowerCutVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { SECTOR = 512 };

/// A change of a file that is not synced: bytes written at an offset, or, without bytes, the file cut or grown to `offset`.
typedef struct pending {
    struct pending *next;
    uint64_t offset, count;
    unsigned char bytes[];
} pending;

typedef struct {
    unsigned char *bytes;
    uint64_t size, capacity;
} content;

typedef struct node {
    struct node *next;
    char *name;
    content now;      // what the running program sees
    content synced;   // what the disk is sure to hold
    pending *first, *last;
    int linked_now;     // in the directory as the program sees it
    int linked_synced;  // in the directory on the disk
    int open_count;
} node;

struct powercut_disk {
    sqlite3_vfs vfs;
    sqlite3_vfs *system;
    char *name;
    pthread_mutex_t mutex;
    node *nodes;
    uint64_t random;
    uint64_t planned;
    uint64_t generation;  // files opened before the last cut are of an older one
    int off;
    powercut_counts counts;
};

typedef struct {
    sqlite3_file base;
    powercut_disk *disk;
    node *node;
    uint64_t generation;
    int syncs_directory;  // SQLite's own layer syncs the directory with the first sync of a journal or log that it may have made
    int is_temporary;
} handle;

// ---- randomness, contents

static uint64_t draw(powercut_disk *disk) {
    uint64_t z = (disk->random += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int chance(powercut_disk *disk, unsigned percent) { return draw(disk) % 100 < percent; }

static int resize(content *content, uint64_t size) {
    if (size > content->capacity) {
        uint64_t capacity = size + size / 2 + 4096;
        unsigned char *bytes = realloc(content->bytes, capacity);
        if (!bytes) return SQLITE_NOMEM;
        content->bytes = bytes;
        content->capacity = capacity;
    }
    if (size > content->size) memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
    return SQLITE_OK;
}

static int put(content *content, uint64_t offset, const unsigned char *bytes, uint64_t count) {
    if (offset + count > content->size) {
        int code = resize(content, offset + count);
        if (code != SQLITE_OK) return code;
    }
    memcpy(content->bytes + offset, bytes, count);
    return SQLITE_OK;
}

static int remember(node *node, uint64_t offset, const void *bytes, uint64_t count) {
    pending *change = malloc(sizeof(pending) + count);
    if (!change) return SQLITE_NOMEM;
    change->next = NULL;
    change->offset = offset;
    change->count = count;
    if (count) memcpy(change->bytes, bytes, count);
    if (node->last) node->last->next = change; else node->first = change;
    node->last = change;
    return SQLITE_OK;
}

static void forget_pending(node *node) {
    for (pending *change = node->first, *next; change; change = next) {
        next = change->next;
        free(change);
    }
    node->first = node->last = NULL;
}

static void free_node(node *node) {
    forget_pending(node);
    free(node->now.bytes);
    free(node->synced.bytes);
    free(node->name);
    free(node);
}

static node *find(powercut_disk *disk, const char *name) {
    for (node *node = disk->nodes; node; node = node->next)
        if (node->linked_now && node->name && strcmp(node->name, name) == 0) return node;
    return NULL;
}

/// Frees what nobody can reach any more, neither by name nor by an open file.
static void sweep(powercut_disk *disk) {
    for (node **place = &disk->nodes; *place;) {
        node *node = *place;
        if (!node->linked_now && !node->linked_synced && node->open_count == 0) {
            *place = node->next;
            free_node(node);
        } else {
            place = &node->next;
        }
    }
}

static void sync_directory(powercut_disk *disk) {
    for (node *node = disk->nodes; node; node = node->next) node->linked_synced = node->linked_now;
    sweep(disk);
}

// ---- the cut

/// Puts on the disk what of the unsynced changes happened to arrive.
static void survive(powercut_disk *disk, node *node, unsigned percent) {
    uint64_t reached = node->synced.size;
    for (pending *change = node->first; change; change = change->next) {
        if (change->count == 0) {
            if (chance(disk, percent)) {
                resize(&node->synced, change->offset);
                if (change->offset < reached) reached = change->offset;
            }
            continue;
        }
        for (uint64_t from = 0; from < change->count;) {
            uint64_t at = change->offset + from;
            uint64_t count = SECTOR - at % SECTOR;
            if (count > change->count - from) count = change->count - from;
            if (chance(disk, percent)) {
                uint64_t hole = node->synced.size;
                put(&node->synced, at, change->bytes + from, count);
                // Room that was taken for data which did not arrive holds what was there before.
                if (at > hole && chance(disk, 50))
                    for (uint64_t i = hole; i < at; i++) node->synced.bytes[i] = (unsigned char)draw(disk);
                disk->counts.sectors_kept++;
            } else {
                disk->counts.sectors_lost++;
            }
            from += count;
        }
    }
    forget_pending(node);
    node->now.size = 0;
    if (node->synced.size) put(&node->now, 0, node->synced.bytes, node->synced.size);
}

static void cut(powercut_disk *disk) {
    static const unsigned shares[] = {0, 5, 50, 95, 100};
    if (disk->off) return;
    disk->off = 1;
    disk->planned = 0;
    disk->generation++;
    disk->counts.cuts++;
    for (node *node = disk->nodes; node; node = node->next) survive(disk, node, shares[draw(disk) % 5]);
    for (node *node = disk->nodes; node; node = node->next) {
        if (node->linked_now && !node->linked_synced && chance(disk, 50)) {
            node->linked_now = 0;
            disk->counts.files_lost++;
        } else if (!node->linked_now && node->linked_synced) {
            if (chance(disk, 50) && !find(disk, node->name)) {
                node->linked_now = 1;
                disk->counts.files_revived++;
            }
        }
    }
    for (node *node = disk->nodes; node; node = node->next) node->linked_synced = node->linked_now;
    sweep(disk);
}

/// Counts an operation down to the planned cut; true when this is the one.
static int is_moment(powercut_disk *disk) { return disk->planned && --disk->planned == 0; }

// ---- SQLite's file methods

static int enter(handle *file) {
    pthread_mutex_lock(&file->disk->mutex);
    return !file->disk->off && file->generation == file->disk->generation;
}

static int leave(handle *file, int code) {
    pthread_mutex_unlock(&file->disk->mutex);
    return code;
}

static int file_close(sqlite3_file *base) {
    handle *file = (handle *)base;
    enter(file);
    file->node->open_count--;
    if (file->is_temporary) file->node->linked_now = file->node->linked_synced = 0;
    sweep(file->disk);
    return leave(file, SQLITE_OK);
}

static int file_read(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    handle *file = (handle *)base;
    if (!enter(file)) return leave(file, SQLITE_IOERR_READ);
    content *content = &file->node->now;
    uint64_t from = (uint64_t)offset, wanted = (uint64_t)count;
    uint64_t there = from >= content->size ? 0 : content->size - from;
    if (there >= wanted) {
        memcpy(bytes, content->bytes + from, wanted);
        return leave(file, SQLITE_OK);
    }
    if (there) memcpy(bytes, content->bytes + from, there);
    memset((char *)bytes + there, 0, wanted - there);
    return leave(file, SQLITE_IOERR_SHORT_READ);
}

static int file_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    handle *file = (handle *)base;
    if (!enter(file)) return leave(file, SQLITE_IOERR_WRITE);
    file->disk->counts.writes++;
    int code = remember(file->node, (uint64_t)offset, bytes, (uint64_t)count);
    if (code == SQLITE_OK) code = put(&file->node->now, (uint64_t)offset, bytes, (uint64_t)count);
    if (is_moment(file->disk)) {
        cut(file->disk);
        code = SQLITE_IOERR_WRITE;
    }
    return leave(file, code);
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    handle *file = (handle *)base;
    if (!enter(file)) return leave(file, SQLITE_IOERR_TRUNCATE);
    int code = remember(file->node, (uint64_t)size, NULL, 0);
    if (code == SQLITE_OK) code = resize(&file->node->now, (uint64_t)size);
    if (is_moment(file->disk)) {
        cut(file->disk);
        code = SQLITE_IOERR_TRUNCATE;
    }
    return leave(file, code);
}

static int file_sync(sqlite3_file *base, int flags) {
    (void)flags;
    handle *file = (handle *)base;
    if (!enter(file)) return leave(file, SQLITE_IOERR_FSYNC);
    if (is_moment(file->disk)) {
        cut(file->disk);
        return leave(file, SQLITE_IOERR_FSYNC);
    }
    node *node = file->node;
    for (pending *change = node->first; change; change = change->next) {
        int code = change->count ? put(&node->synced, change->offset, change->bytes, change->count) : resize(&node->synced, change->offset);
        if (code != SQLITE_OK) return leave(file, code);
    }
    forget_pending(node);
    file->disk->counts.syncs++;
    if (file->syncs_directory) {
        sync_directory(file->disk);
        file->syncs_directory = 0;
    }
    return leave(file, SQLITE_OK);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    handle *file = (handle *)base;
    if (!enter(file)) return leave(file, SQLITE_IOERR_FSTAT);
    *size = (sqlite3_int64)file->node->now.size;
    return leave(file, SQLITE_OK);
}

// One connection works on a disk: locks have nobody to keep out.
static int file_lock(sqlite3_file *base, int level) {
    (void)base, (void)level;
    return SQLITE_OK;
}

static int file_check_reserved(sqlite3_file *base, int *held) {
    (void)base;
    *held = 0;
    return SQLITE_OK;
}

static int file_control(sqlite3_file *base, int operation, void *argument) {
    (void)base, (void)operation, (void)argument;
    return SQLITE_NOTFOUND;
}

static int file_sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

/// What SQLite's own layer says of an ordinary file system.
static int file_characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,  // no shared memory: the log must be used in exclusive mode
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_lock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
};

// ---- SQLite's directory methods

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags, int *granted) {
    powercut_disk *disk = vfs->pAppData;
    handle *file = (handle *)base;
    memset(file, 0, sizeof *file);
    pthread_mutex_lock(&disk->mutex);
    node *found = disk->off || !name ? NULL : find(disk, name);
    if (disk->off || (!found && !(flags & SQLITE_OPEN_CREATE))) {
        pthread_mutex_unlock(&disk->mutex);
        return SQLITE_CANTOPEN;
    }
    if (!found) {
        found = calloc(1, sizeof *found);
        char *copy = name ? strdup(name) : NULL;
        if (!found || (name && !copy)) {
            free(found);
            free(copy);
            pthread_mutex_unlock(&disk->mutex);
            return SQLITE_NOMEM;
        }
        found->name = copy;
        found->linked_now = name != NULL;
        found->next = disk->nodes;
        disk->nodes = found;
    }
    found->open_count++;
    file->base.pMethods = &methods;
    file->disk = disk;
    file->node = found;
    file->generation = disk->generation;
    file->is_temporary = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    file->syncs_directory = (flags & SQLITE_OPEN_CREATE) && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL));
    if (granted) *granted = flags;
    pthread_mutex_unlock(&disk->mutex);
    return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int syncs_directory) {
    powercut_disk *disk = vfs->pAppData;
    int code = SQLITE_OK;
    pthread_mutex_lock(&disk->mutex);
    node *node = disk->off ? NULL : find(disk, name);
    if (disk->off) {
        code = SQLITE_IOERR_DELETE;
    } else if (!node) {
        code = SQLITE_IOERR_DELETE_NOENT;
    } else {
        node->linked_now = 0;
        if (is_moment(disk)) {
            cut(disk);
            code = SQLITE_IOERR_DELETE;
        } else if (syncs_directory) {
            sync_directory(disk);
        }
    }
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    powercut_disk *disk = vfs->pAppData;
    pthread_mutex_lock(&disk->mutex);
    node *node = find(disk, name);
    // SQLite takes an empty journal or log for one that is not there.
    *result = node && (flags != SQLITE_ACCESS_EXISTS || node->now.size > 0);
    int code = disk->off ? SQLITE_IOERR_ACCESS : SQLITE_OK;
    pthread_mutex_unlock(&disk->mutex);
    return code;
}

static int disk_full_name(sqlite3_vfs *vfs, const char *name, int capacity, char *full) {
    (void)vfs;
    if (strlen(name) + 1 > (size_t)capacity) return SQLITE_CANTOPEN;
    strcpy(full, name);
    return SQLITE_OK;
}

static powercut_disk *of(sqlite3_vfs *vfs) { return vfs->pAppData; }
static int disk_randomness(sqlite3_vfs *vfs, int count, char *bytes) { return of(vfs)->system->xRandomness(of(vfs)->system, count, bytes); }
static int disk_sleep(sqlite3_vfs *vfs, int microseconds) { return of(vfs)->system->xSleep(of(vfs)->system, microseconds); }
static int disk_time(sqlite3_vfs *vfs, double *now) { return of(vfs)->system->xCurrentTime(of(vfs)->system, now); }
static int disk_last_error(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs, (void)count, (void)bytes;
    return 0;
}

// ---- the disk

powercut_disk *powercut_create(const char *name, uint64_t seed) {
    powercut_disk *disk = calloc(1, sizeof *disk);
    char *copy = strdup(name);
    if (!disk || !copy) {
        free(disk);
        free(copy);
        return NULL;
    }
    disk->name = copy;
    disk->random = seed;
    disk->system = sqlite3_vfs_find(NULL);
    pthread_mutex_init(&disk->mutex, NULL);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = sizeof(handle),
        .mxPathname = 1024,
        .zName = copy,
        .pAppData = disk,
        .xOpen = disk_open,
        .xDelete = disk_delete,
        .xAccess = disk_access,
        .xFullPathname = disk_full_name,
        .xRandomness = disk_randomness,
        .xSleep = disk_sleep,
        .xCurrentTime = disk_time,
        .xGetLastError = disk_last_error,
    };
    sqlite3_vfs_register(&disk->vfs, 0);
    return disk;
}

void powercut_destroy(powercut_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    for (node *node = disk->nodes, *next; node; node = next) {
        next = node->next;
        free_node(node);
    }
    pthread_mutex_destroy(&disk->mutex);
    free(disk->name);
    free(disk);
}

void powercut_plan(powercut_disk *disk, uint64_t count) {
    pthread_mutex_lock(&disk->mutex);
    disk->planned = count;
    pthread_mutex_unlock(&disk->mutex);
}

void powercut_cut(powercut_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    cut(disk);
    pthread_mutex_unlock(&disk->mutex);
}

int powercut_is_off(powercut_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    int off = disk->off;
    pthread_mutex_unlock(&disk->mutex);
    return off;
}

void powercut_power_on(powercut_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    disk->off = 0;
    pthread_mutex_unlock(&disk->mutex);
}

powercut_counts powercut_count(powercut_disk *disk) {
    pthread_mutex_lock(&disk->mutex);
    powercut_counts counts = disk->counts;
    pthread_mutex_unlock(&disk->mutex);
    return counts;
}
