#ifndef CLINUX_H
#define CLINUX_H
// Linux calls that Swift's Glibc overlay does not import.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include "Processes.h"

/// Names the calling thread (15 bytes at most), as seen in `top -H` and in profiles.
static inline void hc_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
