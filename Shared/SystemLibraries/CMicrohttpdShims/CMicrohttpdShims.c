#include "CMicrohttpdShims.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void log_line(void *state_pointer, const char *format, va_list arguments) {
    const struct hc_mhd_log_state *state = state_pointer;
    char line[512];
    int length = vsnprintf(line, sizeof line, format, arguments);
    if (length <= 0) return;
    size_t end = strlen(line);
    while (end > 0 && (line[end - 1] == '\n' || line[end - 1] == '\r')) line[--end] = 0;
    state->callback(state->context, line);
}

// Callbacks travel in the integer, their context in the pointer; single pointers travel in the pointer.
#define OPTION(kind, integer, pointer) \
    options[count++] = (struct MHD_OptionItem){ (kind), (intptr_t)(integer), (void *)(pointer) }

struct MHD_Daemon *hc_mhd_start(const struct hc_mhd_settings *s, struct hc_mhd_log_state *log_state) {
    struct MHD_OptionItem options[20];
    int count = 0;
    log_state->callback = s->on_log;
    log_state->context = s->context;
    // First, or errors of the start itself go to stderr.
    OPTION(MHD_OPTION_EXTERNAL_LOGGER, log_line, log_state);
    OPTION(MHD_OPTION_LISTEN_SOCKET, s->listen_socket, NULL);
    OPTION(MHD_OPTION_CONNECTION_LIMIT, s->connection_limit, NULL);
    OPTION(MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->per_address_limit, NULL);
    OPTION(MHD_OPTION_CONNECTION_TIMEOUT, s->timeout_seconds, NULL);
    OPTION(MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->connection_memory, NULL);
    OPTION(MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL);
    OPTION(MHD_OPTION_URI_LOG_CALLBACK, s->on_target, s->context);
    OPTION(MHD_OPTION_NOTIFY_COMPLETED, s->on_completed, s->context);
    OPTION(MHD_OPTION_NOTIFY_CONNECTION, s->on_connection, s->context);
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (s->is_ipv6) flags |= MHD_USE_IPv6;
    if (s->certificate_pem) {
        flags |= MHD_USE_TLS;
        OPTION(MHD_OPTION_HTTPS_MEM_CERT, 0, s->certificate_pem);
        OPTION(MHD_OPTION_HTTPS_MEM_KEY, 0, s->key_pem);
        OPTION(MHD_OPTION_HTTPS_PRIORITIES, 0, s->tls_priorities);
    }
    OPTION(MHD_OPTION_END, 0, NULL);
    return MHD_start_daemon(flags, 0, NULL, NULL, s->on_request, s->context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

int hc_mhd_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

const struct sockaddr *hc_mhd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

void *hc_mhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

ssize_t hc_mhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
