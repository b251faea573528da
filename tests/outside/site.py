"""Looks at a built site with other people's tools. Usage: site.py SITE

One line a check; a check that finds nothing to look at fails."""

import importlib
import sys
import time
import traceback

from common import Wrong

CHECKS = ["tables", "exchange", "workbooks", "papers"]


def main():
    site, wrong = sys.argv[1], 0
    for name in sys.argv[2:] or CHECKS:
        started = time.monotonic()
        try:
            print(f"{importlib.import_module(name).look(site)} ({time.monotonic() - started:.0f} s)")
        except Wrong as flaw:
            wrong += 1
            print(f"{name}: {flaw}")
        except Exception:
            wrong += 1
            print(f"{name} could not be looked at:")
            traceback.print_exc(file=sys.stdout)
    sys.exit(1 if wrong else 0)


main()
