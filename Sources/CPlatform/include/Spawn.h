// Child processes as they must be started: with the surroundings of the caller kept to the last bit, or with none of them.
#ifndef FLATALERT_SPAWN_H
#define FLATALERT_SPAWN_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// What a process had before its signals were taken.
struct cplatform_signals {
    sigset_t mask;
    int ignored_pipe, ignored_child;
};

/// Blocks every signal that a process may forward, and SIGCHLD, to be read from the descriptor that is stored; SIGPIPE is ignored from now on.
/// Returns 0, or the errno with everything as it was.
int cplatform_take_signals(struct cplatform_signals *before, int *descriptor);

/// Sets mask and dispositions back to what they were.
void cplatform_give_back_signals(const struct cplatform_signals *before);

/// The next signal that came, or 0 when there is none. `by_terminal` tells whether the kernel sent it to the whole process group.
int cplatform_next_signal(int descriptor, int *by_terminal);

/// Starts `path` as a child that is killed when this process dies, with 1 and 2 replaced by these descriptors and the signals of `before`;
/// all else is this process's own. Returns 0, or the errno of what failed, also when the program cannot be executed.
int cplatform_spawn_stand_in(
    const char *path, char *const argv[], const struct cplatform_signals *before, int output, int errors, pid_t *child);

/// Starts `path` in a process group of its own with these environment, standard input and output; the rest is /dev/null, closed or default.
/// Returns 0 or the errno, also when the program cannot be executed.
int cplatform_spawn_alone(const char *path, char *const argv[], char *const envp[], int input, int output, pid_t *child);

/// Puts `path` in the place of this process, with its environment. Returns only when that fails: the errno.
int cplatform_exec(const char *path, char *const argv[]);

/// A copy of this process, which must have one thread. Returns its ID, 0 in the copy, -1 when there is none.
pid_t cplatform_fork(void);

/// Closes all descriptors but these two, and whatever of 0 to 2 they are not is /dev/null then. -1 keeps none.
void cplatform_keep_descriptors(int first, int second);

/// Ends this process after so many seconds, whatever it does, as soon as the kernel lets it.
void cplatform_end_after(unsigned seconds);

/// Ends this process by a signal as if it had come from outside, without a core file; with exit code 128 + signal where that cannot be done.
void cplatform_die_of(int signal) __attribute__((noreturn));

/// A pipe whose ends are closed by exec. Returns 0 or the errno.
int cplatform_pipe(int ends[2]);

/// poll(2) for one descriptor that goes on after a signal. Returns what poll returns.
int cplatform_await(int descriptor, short events, int milliseconds);

/// Waits so long for a child to end and stores what waitpid(2) gives. Returns 0, ETIMEDOUT or another errno.
int cplatform_wait_child(pid_t child, int milliseconds, int *status);

/// Whether these bytes hold the mark that every copy of this program's file holds, and no other file.
int cplatform_has_program_mark(const void *bytes, size_t count);

/// How many bytes the mark has.
size_t cplatform_program_mark_length(void);

#endif
