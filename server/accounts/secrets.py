"""Secrets in links: made here, kept as a hash, carried behind the # so that no log ever sees them (S18)."""

from __future__ import annotations

import hashlib
import io

import qrcode
import qrcode.image.svg
from flask import current_app

from server.kit.ids import new_secret


def new_token() -> tuple[str, str]:
    """A fresh secret and the hash to keep."""
    token = new_secret(24)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_to(page: str, token: str) -> str:
    """A link to a page of the app; the part behind ``#`` stays in the browser."""
    return f"{current_app.config['PUBLIC_ORIGIN']}/{page}#{token}"


def qr_svg(link: str) -> str:
    """A link as a QR picture (SVG text without any size of its own)."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=2)
    code.add_data(link)
    out = io.BytesIO()
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(out)
    return out.getvalue().decode()
