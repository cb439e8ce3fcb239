#ifndef CCURLSHIMS_H
#define CCURLSHIMS_H
#include <stddef.h>
#include <curl/curl.h>

// The typed forms of libcurl's variadic calls.

typedef size_t (*hc_curl_sink)(char *bytes, size_t size, size_t count, void *context);

CURLcode hc_curl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode hc_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode hc_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode hc_curl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode hc_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
/// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
CURLcode hc_curl_set_sink(CURL *handle, CURLoption option, hc_curl_sink sink);
CURLcode hc_curl_get_long(CURL *handle, CURLINFO info, long *value);

/// Once per process, before any handle.
CURLcode hc_curl_start(void);

#endif
