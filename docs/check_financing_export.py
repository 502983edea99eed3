"""Check an export of the financing ledger without the portal: python check_financing_export.py FILE

Each line holds an entry, the hash of the link before it and its own: SHA-256 over the previous hash and the entry as
JSON with sorted keys, no spaces, UTF-8. Each bank's chain starts at 64 zeros. The last line digests all before it.
Keep the last hash of each export: a later export must contain it.
"""

import hashlib
import json
import sys


def check(text: str) -> str:
    """A sentence on what was found; raises ValueError at the first fault."""
    *rows, last = text.splitlines()
    closing = json.loads(last)
    digest = hashlib.sha256("".join(f"{row}\n" for row in rows).encode()).hexdigest()
    if (closing["lines"], closing["sha256"]) != (len(rows), digest):
        raise ValueError("the digest of the file does not match")
    heads: dict[int, tuple[int, str]] = {}
    for row in map(json.loads, rows):
        place, previous = heads.get(row["entry"]["bank"], (0, "0" * 64))
        entry = json.dumps(row["entry"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        wanted = (place + 1, previous, hashlib.sha256((previous + entry).encode()).hexdigest())
        if (row["position"], row["prev_hash"], row["hash"]) != wanted:
            raise ValueError(f"line {row['position']} does not follow the one before it, or was changed")
        heads[row["entry"]["bank"]] = (row["position"], row["hash"])
    return "".join(f"bank {bank}: {place} lines, last hash {head}\n" for bank, (place, head) in heads.items())


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="\n") as file:
        print(check(file.read()) or "no lines", end="")
