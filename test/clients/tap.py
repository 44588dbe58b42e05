"""The tests of the Python clients print TAP."""
import sys

_tests = 0
_failures = 0


def ok(passed, name):
    global _tests, _failures
    _tests += 1
    if not passed:
        _failures += 1
    print("%sok %d - %s" % ("" if passed else "not ", _tests, name), flush=True)


def equal(got, expected, name):
    ok(got == expected, name)
    if got != expected:
        print("#      got: %r\n# expected: %r" % (got, expected), flush=True)


def done():
    print("1..%d" % _tests)
    sys.exit(1 if _failures else 0)


def unit(n):
    return "(01)09506000134352(21)A%d" % n


PALLET = "(00)395060000000000016"
CASE = "(00)395060000000000023"
BAD = "(01)09506000134353(21)A1"
DETAIL = 'Position 18: found "3", expected "2".'
