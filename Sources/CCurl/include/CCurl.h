// libcurl, opened on first use.
//
// Types and constants come from <curl/curl.h>; the functions are looked up in the shared library when the first transfer is
// made, so that a process which never sends anything does not pay for libcurl and OpenSSL (8 MB, 10 ms).
// Nothing here links against libcurl: use the ccurl_ functions only.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stddef.h>

// Opens the library once; safe to call from any thread. Returns NULL when libcurl is ready, else a message for the operator.
// Every other function here may be called only after this returned NULL.
const char *ccurl_load(void);

// The library's version, and where it looks for certificate authorities (NULL when it knows none).
const char *ccurl_version(void);
unsigned int ccurl_version_number(void);
const char *ccurl_default_ca_file(void);
const char *ccurl_default_ca_directory(void);
int ccurl_speaks_tls(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *easy);
const char *ccurl_easy_error(CURLcode code);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value);
CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value);
CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *list);
// The bytes are copied.
CURLcode ccurl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count);

typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_prerequest_callback)(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port);
CURLcode ccurl_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback);
CURLcode ccurl_set_prerequest_callback(CURL *easy, ccurl_prerequest_callback callback);

typedef int (*ccurl_progress_callback)(void *context, curl_off_t download, curl_off_t downloaded, curl_off_t upload, curl_off_t uploaded);
CURLcode ccurl_set_progress_callback(CURL *easy, ccurl_progress_callback callback);

// Runs one transfer to its end on the calling thread.
CURLcode ccurl_easy_perform(CURL *easy);

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value);

struct curl_slist *ccurl_list_append(struct curl_slist *list, const char *text);
void ccurl_list_free(struct curl_slist *list);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy);
// Takes the next finished transfer: returns 1 and fills `easy` and `result`, or returns 0 when there is none.
int ccurl_multi_next_finished(CURLM *multi, CURL **easy, CURLcode *result);

// Runs the transfers of a multi handle over epoll: a wake-up costs as much as the sockets that are ready, however many transfers
// wait. NULL when the process can have no more descriptors.
struct ccurl_poller *ccurl_poller_create(CURLM *multi);
// Waits for sockets, libcurl's timers, a wake-up or the time-out, and lets libcurl do what there is to do then.
void ccurl_poller_wait(struct ccurl_poller *poller, int timeout_ms);
// Ends the wait under way, or else the next one. The one function that other threads may call.
void ccurl_poller_wake(struct ccurl_poller *poller);
// To be called when the multi handle is gone.
void ccurl_poller_free(struct ccurl_poller *poller);


#endif
