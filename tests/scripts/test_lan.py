"""The local authority signs for private addresses only, once, and keeps its key to itself."""

from __future__ import annotations

import ssl
import urllib.request
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from scripts._lib import lan


def names(path: Path) -> list[str]:
    cert = x509.load_pem_x509_certificate(path.read_bytes())
    value = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in value]


def permitted(path: Path) -> list[str]:
    cert = x509.load_pem_x509_certificate(path.read_bytes())
    value = cert.extensions.get_extension_for_class(x509.NameConstraints).value
    return [str(name.value) for name in value.permitted_subtrees or ()]


def test_the_server_certificate_names_this_machine(tmp_path: Path) -> None:
    made = lan.certificates(tmp_path, ["192.168.1.20"])
    assert names(made.certificate) == ["localhost", "127.0.0.1", "192.168.1.20"]


def test_the_authority_may_sign_private_addresses_only(tmp_path: Path) -> None:
    made = lan.certificates(tmp_path, ["192.168.1.20"])
    assert permitted(made.authority) == [*lan.PRIVATE, "local", "localhost"]


def test_an_own_address_outside_them_is_added_alone(tmp_path: Path) -> None:
    lan.certificates(tmp_path, ["192.168.1.20"])
    made = lan.certificates(tmp_path, ["203.0.113.9"])
    assert permitted(made.authority) == [*lan.PRIVATE, "203.0.113.9/32", "local", "localhost"]
    assert "203.0.113.9" in names(made.certificate)


def test_keys_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    made = lan.certificates(tmp_path / "lan", [])
    assert {
        made.key.stat().st_mode & 0o777,
        (made.key.parent / "ca.key").stat().st_mode & 0o777,
    } == {0o600}
    assert (tmp_path / "lan").stat().st_mode & 0o777 == 0o700


def test_a_phone_trusts_the_authority_once_for_all_starts(tmp_path: Path) -> None:
    first = lan.certificates(tmp_path, ["192.168.1.20"]).authority.read_bytes()
    second = lan.certificates(tmp_path, ["192.168.1.77"])
    assert second.authority.read_bytes() == first
    assert "192.168.1.77" in names(second.certificate)


def test_a_half_written_authority_is_made_anew(tmp_path: Path) -> None:
    lan.certificates(tmp_path, [])
    (tmp_path / "ca.key").write_bytes(b"-----BEGIN")
    made = lan.certificates(tmp_path, [])
    key = serialization.load_pem_private_key((tmp_path / "ca.key").read_bytes(), None)
    cert = x509.load_pem_x509_certificate(made.authority.read_bytes())
    assert key.public_key() == cert.public_key()


def test_a_client_that_trusts_the_authority_accepts_the_server(tmp_path: Path) -> None:
    made = lan.certificates(tmp_path, ["192.168.1.20"])
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.certificate, made.key)
    client = ssl.create_default_context(cafile=str(made.authority))
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    a = client.wrap_bio(ours, theirs, server_hostname="192.168.1.20")
    b = server.wrap_bio(theirs, ours, server_side=True)
    for _ in range(6):
        for side in (a, b):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert a.version() in ("TLSv1.2", "TLSv1.3")


def test_the_phone_gets_the_certificate_and_nothing_else(tmp_path: Path) -> None:
    made = lan.certificates(tmp_path, [])
    port = lan.hand_out(made.authority, "127.0.0.1", 0)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/linli-ca.crt") as answer:
        assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
        given = x509.load_der_x509_certificate(answer.read())
    assert given == x509.load_pem_x509_certificate(made.authority.read_bytes())
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ca.key")


def test_the_steps_say_that_offline_needs_the_trust() -> None:
    said = lan.STEPS.format(url="https://192.168.1.20:8000")
    assert "offline use and the camera do not work" in said
    assert "离线、扫码摄像头都不能用" in said
