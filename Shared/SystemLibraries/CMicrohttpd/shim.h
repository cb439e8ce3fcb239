// Debian: libmicrohttpd-dev
#include <sys/types.h>
#include <sys/socket.h>
#include <microhttpd.h>
