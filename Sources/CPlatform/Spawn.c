#define _GNU_SOURCE
#include "Spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char program_mark[] = "\nflatalert program mark 9f3ad07c51e8442b: this file can stand in for a CNI plugin\n";

// All that a process can be sent, without those that the kernel raises for its own faults, and those that stop it: they reach the child as
// well, or would stop nobody but us.
static void forwarded_signals(sigset_t *set) {
    static const int kept[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};
    sigfillset(set);
    for (unsigned index = 0; index < sizeof kept / sizeof *kept; index++) sigdelset(set, kept[index]);
}

// The disposition before, as whether it was to be ignored.
static int set_disposition(int signal, void (*handler)(int)) {
    struct sigaction action = {0}, before = {0};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, &before);
    return !(before.sa_flags & SA_SIGINFO) && before.sa_handler == SIG_IGN;
}

int cplatform_take_signals(struct cplatform_signals *before, int *descriptor) {
    sigset_t set;
    forwarded_signals(&set);
    int opened = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (opened < 0) return errno;
    if (sigprocmask(SIG_BLOCK, &set, &before->mask) != 0) {
        int code = errno;
        close(opened);
        return code;
    }
    before->ignored_pipe = set_disposition(SIGPIPE, SIG_IGN);
    // Who ignores SIGCHLD gets no exit codes.
    before->ignored_child = set_disposition(SIGCHLD, SIG_DFL);
    *descriptor = opened;
    return 0;
}

void cplatform_give_back_signals(const struct cplatform_signals *before) {
    set_disposition(SIGPIPE, before->ignored_pipe ? SIG_IGN : SIG_DFL);
    set_disposition(SIGCHLD, before->ignored_child ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

int cplatform_next_signal(int descriptor, int *by_terminal) {
    struct signalfd_siginfo information;
    ssize_t count;
    do {
        count = read(descriptor, &information, sizeof information);
    } while (count < 0 && errno == EINTR);
    if (count != (ssize_t)sizeof information) return 0;
    *by_terminal = information.ssi_code == SI_KERNEL;
    return (int)information.ssi_signo;
}

// The child shares our memory until it executes the program: it only makes system calls and stores why it could not.
int cplatform_spawn_stand_in(
    const char *path, char *const argv[], const struct cplatform_signals *before, int output, int errors, pid_t *child) {
    volatile int failure = 0;
    pid_t parent = getpid();
    pid_t started = vfork();
    if (started < 0) return errno;
    if (started == 0) {
        prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0, 0, 0);
        if (getppid() != parent) _exit(127);
        if (dup2(output, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0) {
            cplatform_give_back_signals(before);
            execv(path, argv);
        }
        failure = errno;
        _exit(127);
    }
    if (failure == 0) {
        *child = started;
        return 0;
    }
    while (waitpid(started, NULL, 0) < 0 && errno == EINTR) continue;
    return failure;
}

int cplatform_spawn_alone(const char *path, char *const argv[], char *const envp[], int input, int output, pid_t *child) {
    volatile int failure = 0;
    sigset_t all, before;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0) return errno;
    // No handler of ours may run in the child.
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t started = vfork();
    if (started == 0) {
        prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0, 0, 0);
        setpgid(0, 0);
        if (dup2(input >= 0 ? input : nothing, STDIN_FILENO) >= 0 && dup2(output >= 0 ? output : nothing, STDOUT_FILENO) >= 0 &&
            dup2(nothing, STDERR_FILENO) >= 0) {
            syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
            for (int signal = 1; signal < NSIG; signal++) {
                if (signal != SIGKILL && signal != SIGSTOP) set_disposition(signal, SIG_DFL);
            }
            sigset_t none;
            sigemptyset(&none);
            sigprocmask(SIG_SETMASK, &none, NULL);
            execve(path, argv, envp);
        }
        failure = errno;
        _exit(127);
    }
    int code = started < 0 ? errno : failure;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(nothing);
    if (started > 0 && code != 0) {
        while (waitpid(started, NULL, 0) < 0 && errno == EINTR) continue;
    }
    if (code == 0) *child = started;
    return code;
}

int cplatform_exec(const char *path, char *const argv[]) {
    execv(path, argv);
    return errno;
}

pid_t cplatform_fork(void) { return fork(); }

void cplatform_keep_descriptors(int first, int second) {
    if (first > second) {
        int swapped = first;
        first = second;
        second = swapped;
    }
    unsigned from = 0;
    if (first >= 0) {
        if (first > 0) syscall(SYS_close_range, 0u, (unsigned)first - 1, 0u);
        from = (unsigned)first + 1;
    }
    if (second >= 0) {
        if ((unsigned)second > from) syscall(SYS_close_range, from, (unsigned)second - 1, 0u);
        from = (unsigned)second + 1;
    }
    syscall(SYS_close_range, from, ~0u, 0u);
    int opened;
    do {
        opened = open("/dev/null", O_RDWR);
    } while (opened >= 0 && opened <= STDERR_FILENO);
    if (opened > STDERR_FILENO) close(opened);
}

void cplatform_end_after(unsigned seconds) {
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, SIGALRM);
    set_disposition(SIGALRM, SIG_DFL);
    alarm(seconds);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
}

void cplatform_die_of(int signal) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0ul, 0ul, 0ul, 0ul);
    if (signal != SIGKILL && signal != SIGSTOP) set_disposition(signal, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    kill(getpid(), signal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + signal);
}

int cplatform_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

static int64_t now_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int cplatform_await(int descriptor, short events, int milliseconds) {
    int64_t end = now_milliseconds() + milliseconds;
    for (;;) {
        struct pollfd asked = {.fd = descriptor, .events = events};
        int64_t left = end - now_milliseconds();
        int found = poll(&asked, 1, left > 0 ? (int)left : 0);
        if (found >= 0 || errno != EINTR) return found;
    }
}

int cplatform_wait_child(pid_t child, int milliseconds, int *status) {
    int descriptor = (int)syscall(SYS_pidfd_open, child, 0u);
    int64_t end = now_milliseconds() + milliseconds;
    for (;;) {
        pid_t found = waitpid(child, status, WNOHANG);
        if (found == child) {
            if (descriptor >= 0) close(descriptor);
            return 0;
        }
        int code = found < 0 ? errno : 0;
        int64_t left = end - now_milliseconds();
        if (code == 0 && left <= 0) code = ETIMEDOUT;
        if (code != 0 && code != EINTR) {
            if (descriptor >= 0) close(descriptor);
            return code;
        }
        // Kernels before 5.3 have no descriptors of processes.
        if (descriptor >= 0) cplatform_await(descriptor, POLLIN, (int)left);
        else usleep(2000);
    }
}

int cplatform_has_program_mark(const void *bytes, size_t count) {
    return memmem(bytes, count, program_mark, sizeof program_mark - 1) != NULL;
}

size_t cplatform_program_mark_length(void) { return sizeof program_mark - 1; }
