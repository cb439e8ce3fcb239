#ifndef CMICROHTTPDSHIMS_H
#define CMICROHTTPDSHIMS_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <microhttpd.h>

/// One finished line of the library's log, without a line break.
typedef void (*hc_mhd_log)(void *context, const char *line);

/// Everything a daemon is started with. The strings are only read during the start.
struct hc_mhd_settings {
    int listen_socket;
    int is_ipv6;
    unsigned int connection_limit;
    unsigned int per_address_limit; // 0: none
    unsigned int timeout_seconds;
    size_t connection_memory;
    const char *certificate_pem; // NULL: no TLS
    const char *key_pem;
    const char *tls_priorities;
    MHD_AccessHandlerCallback on_request;
    void *(*on_target)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback on_completed;
    MHD_NotifyConnectionCallback on_connection;
    hc_mhd_log on_log;
    void *context; // handed to every callback
};

/// Starts one event thread (epoll) on an already listening socket. NULL when the library refuses; it has logged why.
/// `log_state` must outlive the daemon.
struct hc_mhd_log_state {
    hc_mhd_log callback;
    void *context;
};
struct MHD_Daemon *hc_mhd_start(const struct hc_mhd_settings *settings, struct hc_mhd_log_state *log_state);

int hc_mhd_connection_socket(struct MHD_Connection *connection);
const struct sockaddr *hc_mhd_client_address(struct MHD_Connection *connection);
void *hc_mhd_socket_context(struct MHD_Connection *connection);

/// The two results of a content reader that are macros with casts.
ssize_t hc_mhd_end_of_stream(void);

#endif
