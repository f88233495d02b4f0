"""Runs end-to-end tests one after the other, each in a directory of its own, which is kept when the test fails."""
import pathlib
import shutil
import sys
import tempfile
import time
import traceback


class Skipped(Exception):
    """What a test needs is not there."""


def main(tests, after=lambda: None):
    """Runs those that the command line names behind the binary, or all; returns the exit code. `after` is called behind each."""
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
