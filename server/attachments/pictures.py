"""Makes a picture we wrote ourselves out of a file somebody sent (S53-S55)."""

from __future__ import annotations

from server.attachments.child import decoded
from server.attachments.decode_child import TOO_MANY_PIXELS
from server.attachments.made import Made
from server.kit.errors import ApiError


class NotAPhoto(ApiError):
    code, status = "attachment.not_a_photo", 415
    zh = "这个文件不是能用的照片（可用 JPEG、PNG、WebP），没有收下。"
    en = "This file is not a photo we can take (JPEG, PNG or WebP); it was not stored."


class TooManyPixels(ApiError):
    code, status = "attachment.too_many_pixels", 413
    zh = "照片太大（超过四千万像素），没有收下。请改小再发。"
    en = "This photo is too large (over 40 megapixels); please make it smaller."


def kind_of(data: bytes) -> str | None:
    """The type by what the file begins with, never by its name."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def remade(data: bytes) -> Made:
    """The photo decoded in a limited process and written anew. Raises NotAPhoto, TooManyPixels, Busy."""
    if kind_of(data) is None:
        raise NotAPhoto()
    code, head, jpeg = decoded("decode_child.py", data)
    if code == TOO_MANY_PIXELS:
        raise TooManyPixels()
    if code != 0 or not jpeg.startswith(b"\xff\xd8\xff"):
        raise NotAPhoto()
    width, height = (int(side) for side in head.split())
    return Made(jpeg, "image/jpeg", width, height)
