#define _GNU_SOURCE 1
// The curl header wraps curl_easy_setopt and its kin in type-checking macros; these are the plain functions.
#define CURL_DISABLE_TYPECHECK 1
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static struct {
    __typeof__(&curl_global_init) global_init;
    __typeof__(&curl_version_info) version_info;
    __typeof__(&curl_easy_init) easy_init;
    __typeof__(&curl_easy_cleanup) easy_cleanup;
    __typeof__(&curl_easy_strerror) easy_strerror;
    __typeof__(&curl_easy_perform) easy_perform;
    CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
    CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
    __typeof__(&curl_slist_append) slist_append;
    __typeof__(&curl_slist_free_all) slist_free_all;
    __typeof__(&curl_multi_init) multi_init;
    __typeof__(&curl_multi_cleanup) multi_cleanup;
    CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
    __typeof__(&curl_multi_add_handle) multi_add_handle;
    __typeof__(&curl_multi_remove_handle) multi_remove_handle;
    __typeof__(&curl_multi_socket_action) multi_socket_action;
    __typeof__(&curl_multi_info_read) multi_info_read;
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[512];
static curl_version_info_data *information;

// Older releases lack CURLOPT_QUICK_EXIT or the pre-request callback's guarantees; 7.81 is what the oldest supported system ships.
enum { oldest_version = 0x075100 };

static int find(void *library, const char *name, void **slot) {
    *slot = dlsym(library, name);
    if (*slot) return 1;
    snprintf(failure, sizeof failure, "libcurl.so.4 has no function %s; install a current libcurl (Debian package: libcurl4)", name);
    return 0;
}

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(failure, sizeof failure, "libcurl could not be loaded (%s); install it (Debian package: libcurl4)",
                 reason ? reason : "no reason given");
        return;
    }
    int found = find(library, "curl_global_init", (void **)&api.global_init)
        && find(library, "curl_version_info", (void **)&api.version_info)
        && find(library, "curl_easy_init", (void **)&api.easy_init)
        && find(library, "curl_easy_cleanup", (void **)&api.easy_cleanup)
        && find(library, "curl_easy_strerror", (void **)&api.easy_strerror)
        && find(library, "curl_easy_perform", (void **)&api.easy_perform)
        && find(library, "curl_easy_setopt", (void **)&api.easy_setopt)
        && find(library, "curl_easy_getinfo", (void **)&api.easy_getinfo)
        && find(library, "curl_slist_append", (void **)&api.slist_append)
        && find(library, "curl_slist_free_all", (void **)&api.slist_free_all)
        && find(library, "curl_multi_init", (void **)&api.multi_init)
        && find(library, "curl_multi_cleanup", (void **)&api.multi_cleanup)
        && find(library, "curl_multi_setopt", (void **)&api.multi_setopt)
        && find(library, "curl_multi_add_handle", (void **)&api.multi_add_handle)
        && find(library, "curl_multi_remove_handle", (void **)&api.multi_remove_handle)
        && find(library, "curl_multi_socket_action", (void **)&api.multi_socket_action)
        && find(library, "curl_multi_info_read", (void **)&api.multi_info_read);
    if (!found) return;
    CURLcode code = api.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        snprintf(failure, sizeof failure, "libcurl could not be initialised: %s", api.easy_strerror(code));
        return;
    }
    information = api.version_info(CURLVERSION_NOW);
    if (information->version_num < oldest_version)
        snprintf(failure, sizeof failure, "libcurl %s is too old, 7.81 or later is needed (Debian package: libcurl4)",
                 information->version);
}

const char *ccurl_load(void) {
    pthread_once(&once, load);
    return failure[0] ? failure : NULL;
}

const char *ccurl_version(void) { return information->version; }
unsigned int ccurl_version_number(void) { return information->version_num; }
const char *ccurl_default_ca_file(void) { return information->cainfo; }
const char *ccurl_default_ca_directory(void) { return information->capath; }
int ccurl_speaks_tls(void) { return (information->features & CURL_VERSION_SSL) != 0; }

CURL *ccurl_easy_init(void) { return api.easy_init(); }
void ccurl_easy_cleanup(CURL *easy) { api.easy_cleanup(easy); }
const char *ccurl_easy_error(CURLcode code) { return api.easy_strerror(code); }

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) { return api.easy_setopt(easy, option, value); }
CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) { return api.easy_setopt(easy, option, value); }
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) { return api.easy_setopt(easy, option, value); }
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) { return api.easy_setopt(easy, option, value); }
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list) { return api.easy_setopt(easy, option, list); }

CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
    return api.easy_setopt(easy, option, &blob);
}

CURLcode ccurl_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback) {
    return api.easy_setopt(easy, option, callback);
}

CURLcode ccurl_set_prerequest_callback(CURL *easy, ccurl_prerequest_callback callback) {
    return api.easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

CURLcode ccurl_set_progress_callback(CURL *easy, ccurl_progress_callback callback) {
    return api.easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
}

CURLcode ccurl_easy_perform(CURL *easy) { return api.easy_perform(easy); }

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) { return api.easy_getinfo(easy, info, value); }

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text) { return api.slist_append(list, text); }
void ccurl_list_free(struct curl_slist *list) { api.slist_free_all(list); }

CURLM *ccurl_multi_init(void) { return api.multi_init(); }
void ccurl_multi_cleanup(CURLM *multi) { api.multi_cleanup(multi); }
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) { return api.multi_setopt(multi, option, value); }
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return api.multi_add_handle(multi, easy); }
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) { return api.multi_remove_handle(multi, easy); }

int ccurl_multi_next_finished(CURLM *multi, CURL **easy, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = api.multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *easy = message->easy_handle;
        *result = message->data.result;
        return 1;
    }
    return 0;
}

struct ccurl_poller {
    CURLM *multi;
    int epoll;
    int wake;
    // When libcurl wants to be called, in milliseconds of the monotonic clock; -1 for not at all.
    int64_t deadline;
};

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int watch_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *unused) {
    (void)easy;
    (void)unused;
    struct ccurl_poller *poller = context;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(poller->epoll, EPOLL_CTL_DEL, socket, NULL);
        return 0;
    }
    struct epoll_event event = {.events = 0, .data = {.fd = socket}};
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (epoll_ctl(poller->epoll, EPOLL_CTL_MOD, socket, &event) != 0) epoll_ctl(poller->epoll, EPOLL_CTL_ADD, socket, &event);
    return 0;
}

static int watch_timer(CURLM *multi, long timeout_ms, void *context) {
    (void)multi;
    struct ccurl_poller *poller = context;
    poller->deadline = timeout_ms < 0 ? -1 : milliseconds() + timeout_ms;
    return 0;
}

struct ccurl_poller *ccurl_poller_create(CURLM *multi) {
    struct ccurl_poller *poller = malloc(sizeof *poller);
    if (!poller) return NULL;
    *poller = (struct ccurl_poller){
        .multi = multi, .epoll = epoll_create1(EPOLL_CLOEXEC), .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .deadline = -1};
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = poller->wake}};
    if (poller->epoll < 0 || poller->wake < 0 || epoll_ctl(poller->epoll, EPOLL_CTL_ADD, poller->wake, &event) != 0) {
        ccurl_poller_free(poller);
        return NULL;
    }
    api.multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    api.multi_setopt(multi, CURLMOPT_SOCKETDATA, poller);
    api.multi_setopt(multi, CURLMOPT_TIMERFUNCTION, watch_timer);
    api.multi_setopt(multi, CURLMOPT_TIMERDATA, poller);
    return poller;
}

void ccurl_poller_wait(struct ccurl_poller *poller, int timeout_ms) {
    int64_t left = timeout_ms;
    if (poller->deadline >= 0) {
        int64_t until = poller->deadline - milliseconds();
        if (until < left) left = until < 0 ? 0 : until;
    }
    struct epoll_event events[256];
    int running = 0;
    int count = epoll_wait(poller->epoll, events, sizeof events / sizeof *events, (int)left);
    for (int index = 0; index < count; index++) {
        int socket = events[index].data.fd;
        if (socket == poller->wake) {
            uint64_t wakes;
            (void)!read(socket, &wakes, sizeof wakes);
            continue;
        }
        int ready = 0;
        // Reading tells libcurl what the trouble is.
        if (events[index].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) ready |= CURL_CSELECT_IN;
        if (events[index].events & EPOLLOUT) ready |= CURL_CSELECT_OUT;
        api.multi_socket_action(poller->multi, socket, ready, &running);
    }
    if (poller->deadline >= 0 && milliseconds() >= poller->deadline) {
        poller->deadline = -1;
        api.multi_socket_action(poller->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

void ccurl_poller_wake(struct ccurl_poller *poller) {
    uint64_t one = 1;
    (void)!write(poller->wake, &one, sizeof one);
}

void ccurl_poller_free(struct ccurl_poller *poller) {
    if (poller->epoll >= 0) close(poller->epoll);
    if (poller->wake >= 0) close(poller->wake);
    free(poller);
}

