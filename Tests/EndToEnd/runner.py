"""Runs end-to-end tests one after the other, each in a directory of its own, which is kept when the test fails."""
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback


class Skipped(Exception):
    """What a test needs is not there."""


def stop_ignoring_signals():
    """A background job of a shell, or one under nohup, ignores some signals, and what it starts would inherit that."""
    for number, action in ((signal.SIGHUP, signal.SIG_DFL), (signal.SIGQUIT, signal.SIG_DFL), (signal.SIGINT, signal.default_int_handler)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, action)


def main(tests, after=lambda: None):
    """Runs those that the command line names behind the binary, or all; returns the exit code. `after` is called behind each."""
    stop_ignoring_signals()
    passed = failed = 0
    for test in tests:
        if len(sys.argv) > 2 and test.__name__ not in sys.argv[2:]:
            continue
        directory = pathlib.Path(tempfile.mkdtemp(prefix="flatalert-e2e-"))
        started = time.monotonic()
        try:
            answer = test(directory)
            assert answer is None, f"{test.__name__} answers {answer!r}: is a decorator of another function on it?"
            passed += 1
            print(f"ok      {test.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
            shutil.rmtree(directory, ignore_errors=True)
        except Skipped as reason:
            print(f"skipped {test.__name__}: {reason}", flush=True)
            shutil.rmtree(directory, ignore_errors=True)
        except Exception:
            failed += 1
            print(f"FAILED  {test.__name__}; its files are in {directory}", flush=True)
            traceback.print_exc()
        after()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
