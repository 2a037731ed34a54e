"""Certificates: what is wrong with one is said, and none that is wrong is accepted."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import Refused, Unreachable
from ingest.fetch import Request
from ingest.model import Page
from tests.fetch.conftest import MakeFetcher
from tests.fetch.server import Server, answer, redirect

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates of this test")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority of our own and three certificates: good, expired, and one signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    (folder / "index.txt").touch()
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\n"
        "policy=p\ncopy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n"
    )

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Testamt", "-days", "30")
    name = ["-subj", "/CN=good.example", "-addext", "subjectAltName=DNS:good.example"]
    openssl("req", "-x509", *key, "-keyout", "self.key", "-out", "self.pem", *name, "-days", "30")
    for kind, start, end in (
        ("good", "20200101000000Z", "20991231000000Z"),
        ("expired", "20200101000000Z", "20200102000000Z"),
    ):
        openssl("req", *key, "-keyout", f"{kind}.key", "-out", f"{kind}.csr", *name)
        openssl(
            "ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", f"{kind}.csr",
            "-out", f"{kind}.pem", "-notext", "-startdate", start, "-enddate", end,
        )  # fmt: skip
    return folder


@contextmanager
def serving(authority: Path, kind: str) -> Iterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / f"{kind}.pem", authority / f"{kind}.key")
    with Server(context=context, routes={"/a": answer(body=b"secret")}) as server:
        yield server


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_good_certificate(authority: Path, open_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of a known authority for the right host is accepted; SSL_CERT_FILE names the authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    with serving(authority, "good") as server:
        page = open_fetcher(resolve=here).get(Request(url=server.url("/a", host="good.example"), kind="feed"))
    assert isinstance(page, Page)
    assert page.body == b"secret"


@pytest.mark.parametrize(
    ("kind", "host", "known", "why"),
    [
        ("expired", "good.example", True, "certificate expired"),
        ("self", "good.example", True, "self-signed certificate"),
        ("good", "other.example", True, "certificate for another host"),
        ("good", "good.example", False, "certificate of an unknown issuer"),
    ],
)
def test_bad_certificates(
    authority: Path,
    open_fetcher: MakeFetcher,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    host: str,
    known: bool,
    why: str,
) -> None:
    """A wrong certificate is an error that says what is wrong, and nothing is asked."""
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    with serving(authority, kind) as server:
        with pytest.raises(Unreachable, match=why):
            open_fetcher(resolve=here).get(Request(url=server.url("/a", host=host), kind="feed"))
        assert not server.log


def test_plain_server_behind_https(server: Server, open_fetcher: MakeFetcher) -> None:
    """A server that speaks no TLS where it should is classified as such."""
    with pytest.raises(Unreachable, match="TLS"):
        open_fetcher(resolve=here).get(Request(url=server.url("/a", scheme="https"), kind="feed"))


def test_no_way_back_to_plain_http(
    authority: Path, server: Server, open_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect from https to http is refused; the other way is the usual one."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
    with serving(authority, "good") as secure:
        secure.routes["/down"] = redirect(server.url("/a"))
        server.routes["/up"] = redirect(secure.url("/a", host="good.example"))
        fetcher = open_fetcher(resolve=here)
        with pytest.raises(Refused) as caught:
            fetcher.get(Request(url=secure.url("/down", host="good.example"), kind="feed"))
        assert caught.value.reason == "scheme"
        assert isinstance(fetcher.get(Request(url=server.url("/up"), kind="feed")), Page)
