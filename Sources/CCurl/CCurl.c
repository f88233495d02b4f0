#define _GNU_SOURCE 1
// The curl header wraps curl_easy_setopt and its kin in type-checking macros; these are the plain functions.
#define CURL_DISABLE_TYPECHECK 1
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

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
    __typeof__(&curl_multi_perform) multi_perform;
    __typeof__(&curl_multi_poll) multi_poll;
    __typeof__(&curl_multi_wakeup) multi_wakeup;
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
        && find(library, "curl_multi_perform", (void **)&api.multi_perform)
        && find(library, "curl_multi_poll", (void **)&api.multi_poll)
        && find(library, "curl_multi_wakeup", (void **)&api.multi_wakeup)
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
CURLMcode ccurl_multi_perform(CURLM *multi, int *running) { return api.multi_perform(multi, running); }
CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms) { return api.multi_poll(multi, NULL, 0, timeout_ms, NULL); }
CURLMcode ccurl_multi_wakeup(CURLM *multi) { return api.multi_wakeup(multi); }

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

void ccurl_name_thread(const char *name) {
    char kept[16];
    snprintf(kept, sizeof kept, "%s", name);
    pthread_setname_np(pthread_self(), kept);
}
