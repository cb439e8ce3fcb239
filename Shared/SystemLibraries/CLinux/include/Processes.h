#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H
// What starting and reaping a child process needs: GNU extensions of posix_spawn, and the wait status macros.
#include <spawn.h>
#include <sys/types.h>

/// Makes the child start in `folder`; 0 or an error number.
int hc_spawn_change_folder(posix_spawn_file_actions_t *actions, const char *folder);

/// Closes every descriptor from `lowest` on in the child; 0 or an error number.
int hc_spawn_close_from(posix_spawn_file_actions_t *actions, int lowest);

/// Makes a pipe whose ends no child inherits; 0, or -1 with `errno` set.
int hc_pipe(int ends[2]);

/// Blocks until the child has ended and leaves it unreaped, so that its process id stays taken; 0 or an error number.
int hc_wait_ended(pid_t child);

/// Reaps a child that has ended. `exit_code` is -1 when a signal ended it, else `signal_number` is 0; 0 or an error number.
int hc_reap(pid_t child, int *exit_code, int *signal_number);

#endif
