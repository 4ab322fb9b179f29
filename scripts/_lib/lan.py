"""A certificate authority for one local network, so that phones there get a secure origin.

Camera, service worker and offline use need HTTPS that the phone trusts. The authority's key
stays in DATA_DIR/lan (mode 600) and may sign nothing but private addresses, this machine's own and
``.local`` names.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import qrcode
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
CA_DAYS = 3650
SERVER_DAYS = 90

STEPS = """\
安卓 Android：
  1. 手机连到同一个 Wi-Fi，扫上面的码，下载证书文件 linli-ca.crt。
  2. 设置 → 安全 → 更多安全设置 → 加密与凭据 → 安装证书 → CA 证书 → 选择该文件。
  3. 用 Chrome（系统浏览器）打开 {url} 。
苹果 iOS：
  1. 用 Safari 扫码打开，点“允许”下载描述文件。
  2. 设置 → 已下载描述文件 → 安装。
  3. 设置 → 通用 → 关于本机 → 证书信任设置 → 打开“Linli local”。
  4. 用 Safari 打开 {url} ，分享 → 添加到主屏幕。
Android: scan, download, then Settings → Security → Encryption & credentials → Install a
  certificate → CA certificate. iOS: open in Safari, allow the profile, install it in Settings,
  then General → About → Certificate Trust Settings → switch on "Linli local".
不信任这个证书，页面仍可看，但离线、扫码摄像头都不能用；试完请在手机上删除它。
Without that trust, offline use and the camera do not work. Remove it from the phone afterwards."""


@dataclass(frozen=True)
class Certificates:
    """Files for the server, and the authority's certificate for phones."""

    certificate: Path
    key: Path
    authority: Path


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _networks(addresses: Sequence[str]) -> list[ipaddress.IPv4Network]:
    """What the authority may sign: private networks, and own addresses outside them one by one."""
    private = [ipaddress.IPv4Network(net) for net in PRIVATE]
    own = [ipaddress.IPv4Network(address) for address in addresses]
    return private + [one for one in own if not any(one.subnet_of(net) for net in private)]


def _may_sign(cert: x509.Certificate, networks: Sequence[ipaddress.IPv4Network]) -> bool:
    named = cert.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = {n.value for n in named.permitted_subtrees or () if isinstance(n, x509.IPAddress)}
    return set(networks) <= allowed


def _authority(
    folder: Path, now: dt.datetime, networks: Sequence[ipaddress.IPv4Network]
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    cert_file, key_file = folder / "ca.crt", folder / "ca.key"
    try:
        cert = x509.load_pem_x509_certificate(cert_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        lasts = cert.not_valid_after_utc > now + dt.timedelta(days=SERVER_DAYS)
        fits = lasts and _may_sign(cert, networks)
        if isinstance(key, ec.EllipticCurvePrivateKey) and fits:
            return cert, key
    except (OSError, ValueError, x509.ExtensionNotFound):
        pass  # none yet, or half written by an interrupted start
    key = ec.generate_private_key(ec.SECP256R1())
    cert = (
        x509.CertificateBuilder()
        .subject_name(_name(f"Linli local {socket.gethostname()}"[:60]))
        .issuer_name(_name(f"Linli local {socket.gethostname()}"[:60]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False, content_commitment=False, key_encipherment=False,
                data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
                encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(
            x509.NameConstraints(
                permitted_subtrees=[
                    *(x509.IPAddress(net) for net in networks),
                    x509.DNSName("local"),
                    x509.DNSName("localhost"),
                ],
                excluded_subtrees=None,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    _write_private(key_file, _key_bytes(key))
    cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    return cert, key


def certificates(folder: Path, addresses: Sequence[str]) -> Certificates:
    """An authority made once and a fresh server certificate for these addresses."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    now = dt.datetime.now(dt.UTC)
    authority, authority_key = _authority(folder, now, _networks(addresses))
    key = ec.generate_private_key(ec.SECP256R1())
    given = [ipaddress.ip_address(address) for address in ("127.0.0.1", *addresses)]
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names.extend(x509.IPAddress(ip) for ip in given)
    cert = (
        x509.CertificateBuilder()
        .subject_name(_name("Linli"))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    _write_private(folder / "server.key", _key_bytes(key))
    (folder / "server.crt").write_bytes(
        cert.public_bytes(serialization.Encoding.PEM)
        + authority.public_bytes(serialization.Encoding.PEM)
    )
    return Certificates(folder / "server.crt", folder / "server.key", folder / "ca.crt")


class _AuthorityPage(BaseHTTPRequestHandler):
    """Gives out the authority's certificate, and nothing else."""

    certificate = b""

    def do_GET(self) -> None:
        if self.path != "/linli-ca.crt":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-x509-ca-cert")
        self.send_header("Content-Disposition", 'attachment; filename="linli-ca.crt"')
        self.send_header("Content-Length", str(len(self.certificate)))
        self.end_headers()
        self.wfile.write(self.certificate)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Quiet: phones' addresses are nobody's business."""


def hand_out(authority: Path, host: str, wanted_port: int) -> int:
    """Serve the authority's certificate over plain HTTP; returns the port it got."""
    cert = x509.load_pem_x509_certificate(authority.read_bytes())
    page = type(
        "AuthorityPage",
        (_AuthorityPage,),
        {"certificate": cert.public_bytes(serialization.Encoding.DER)},
    )
    try:
        server = ThreadingHTTPServer((host, wanted_port), page)
    except OSError:
        server = ThreadingHTTPServer((host, 0), page)
    threading.Thread(target=server.serve_forever, name="linli-ca", daemon=True).start()
    return int(server.server_address[1])


def qr_text(content: str) -> str:
    """The code in half blocks for a dark or light terminal."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(content)
    code.make(fit=True)
    rows = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    return "\n".join(
        "\x1b[97;40m" + "".join(blocks[pair] for pair in zip(upper, lower, strict=True)) + "\x1b[0m"
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
