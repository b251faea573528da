"""Builds a home's site once more, and holds the SHA-256 of every file against the first build.
Usage: again.py HOME PROGRAM"""

import hashlib
import pathlib
import subprocess
import sys

home, program = pathlib.Path(sys.argv[1]), sys.argv[2]


def digests(site):
    files = sorted(f for f in site.rglob("*") if f.is_file())
    return {str(f.relative_to(site)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


first = digests(home / "site")
subprocess.run([program, "--home", home, "publish", "--quiet"], check=True, stdout=subprocess.DEVNULL)
second = digests(home / "site")
other = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
assert len(first) > 100, f"the site has {len(first)} files"
assert not other, f"{len(other)} files differ: {other[:5]}"
print(f"{len(first)} files of the site are the same bytes when it is built again")
