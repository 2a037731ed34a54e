"""Secrets out of what is shown: passwords and keys that stand in addresses. Pure string work.

Addresses of feeds may carry what only their reader should know (`https://name:word@host/`, `?api_key=...`, signed
links). They are asked as they are, and written to logs, errors, summaries and exports without it.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.typed import Final

__all__ = ("redacted",)

HIDDEN: Final = "***"
# `//name:word@`: up to the last @ before the path, since passwords hold @ too.
_USERINFO: Final = re.compile(r"""(?<=//)[^\s/?#\\"'<>]*@""")
# Names of parameters whose values open doors: keys, tokens, signatures (also those of cloud storage), passwords.
_NAMES: Final = (
    r"(?:[a-z]{1,20}[_.-]?)?(?:api[_.-]?key|access[_.-]?key|auth[_.-]?key|secret[_.-]?key|subscription[_.-]?key)"
    r"|(?:[a-z]{1,20}[_.-])?(?:key|secret|password|passwd|passphrase)"
    r"|(?:[a-z]{1,20}[_.-]){0,3}(?:token|signature|credential)|(?:access|auth|id|refresh|session|api|user)?token"
    r"|auth|authorization|bearer|sig|sign|hmac|jwt|pass|pwd|pw|code[_-]?verifier"
)
# Plain, or percent-encoded inside another address. A short number after `key=` names an article, not a secret.
_PARAMETER: Final = (
    rf"""((?:[?&;\#]|%3F|%26)(?:{_NAMES})(?:=|%3D))(?!\d{{1,10}}(?![^&;\#\s]))(?:(?!%26|%23)[^&;\#\s\\"'<>`])+"""
)


@cache  # 1 ms to compile, which every command would pay
def _parameter() -> re.Pattern[str]:
    return re.compile(_PARAMETER, re.IGNORECASE)


def redacted(text: str) -> str:
    """`text` with the secrets of the addresses in it replaced. Idempotent; what holds none comes back as it is."""
    if "//" in text and "@" in text:
        text = _USERINFO.sub(f"{HIDDEN}@", text)
    if "=" in text or "%3D" in text or "%3d" in text:
        text = _parameter().sub(rf"\g<1>{HIDDEN}", text)
    return text
