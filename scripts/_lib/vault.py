"""A backup is one file: a tar inside an age stream, written and read in constant memory.

age is a published format with several implementations; a backup can be opened on a bare machine by
``age -d -i KEY FILE | tar x``, without any of ours. Every 64 KB are authenticated, and so is the end.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

import pyrage
from pyrage import x25519

from scripts._lib.say import Stop

ENDING = ".tar.age"


class Unreadable(Stop):
    """The file does not open: another key, or changed or missing bytes."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(
            f"打不开 {path.name}：钥匙不对，或文件不完整、被改动过。没有动任何数据。",
            f"{path.name} does not open: another key, or the file is cut or changed. Nothing was touched.",
            str(why),
            code=6,
        )


def recipient(text: str) -> Any:
    """The public key a backup is sealed to: ``age1…``, or a file that holds it. Raises Stop."""
    given = Path(text).read_text() if Path(text).is_file() else text
    for word in given.split():
        if word.startswith("age1"):
            with contextlib.suppress(pyrage.RecipientError):
                return x25519.Recipient.from_str(word)
    raise Stop(
        f"{text} 里没有 age1… 开头的公钥。用 scripts/backup --make-recipient 生成一对。",
        f"{text} holds no public key (age1…). Make a pair with scripts/backup --make-recipient.",
        code=2,
    )


def identity(path: Path) -> Any:
    """The private key of a file as ``age-keygen`` and ``--make-recipient`` write it. Raises Stop."""
    try:
        lines = path.read_text().split()
    except OSError as error:
        raise Stop(
            f"读不了私钥文件 {path}（{error.strerror}）。",
            f"The private key {path} cannot be read.",
            code=2,
        ) from error
    for word in lines:
        if word.startswith("AGE-SECRET-KEY-"):
            with contextlib.suppress(pyrage.IdentityError):
                return x25519.Identity.from_str(word)
    raise Stop(
        f"{path} 里没有私钥（AGE-SECRET-KEY-…）。",
        f"{path} holds no private key (AGE-SECRET-KEY-…).",
        code=2,
    )


def make_pair(path: Path) -> str:
    """Write a new private key where only its owner reads it; the public key. Raises Stop."""
    key = x25519.Identity.generate()
    public = str(key.to_public())
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {public}\n{key}\n")
    except FileExistsError as there:
        raise Stop(
            f"{path} 已经存在，没有覆盖。", f"{path} is there already; not overwritten.", code=2
        ) from there
    return public


class _Counted(io.RawIOBase):
    """The file being written, with its hash and length."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file, self.hash, self.size = file, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.file.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)


class Sealed:
    """What was written: filled when :func:`sealing` is left."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256, self.size = "", 0

    def add(self, name: str, data: bytes) -> None:
        """A small member."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self.tar.addfile(info, io.BytesIO(data))

    def add_file(self, name: str, source: Path) -> tuple[int, str]:
        """A file as a member; its length and hash as they went in."""
        with source.open("rb") as file:
            info = tarfile.TarInfo(name)
            info.size, info.mode = os.fstat(file.fileno()).st_size, 0o600
            reader = _Hashing(file)
            self.tar.addfile(info, reader)  # type: ignore[arg-type]  # only read() is used
        return info.size, reader.hash.hexdigest()

    tar: tarfile.TarFile


class _Hashing:
    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        return data


@contextlib.contextmanager
def sealing(path: Path, recipients: list[Any]) -> Iterator[Sealed]:
    """Write a backup under another name, make it durable, then give it its own."""
    part = path.with_name(path.name + ".part")
    made = Sealed(path)
    failures: list[BaseException] = []
    out, into = os.pipe()
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            counted = _Counted(file)

            def encrypt() -> None:
                try:
                    with os.fdopen(out, "rb") as plain:
                        pyrage.encrypt_io(plain, counted, recipients)
                except BaseException as error:
                    failures.append(error)

            thread = threading.Thread(target=encrypt, name="sealing")
            thread.start()
            try:
                with (
                    os.fdopen(into, "wb") as pipe,
                    tarfile.open(mode="w|", fileobj=pipe, format=tarfile.PAX_FORMAT) as tar,
                ):
                    made.tar = tar
                    yield made
            except BrokenPipeError:
                pass  # the other side says why
            finally:
                thread.join()
            if failures:
                raise failures[0]
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
        made.sha256, made.size = counted.hash.hexdigest(), counted.size
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(path: Path) -> None:
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def opened(path: Path, identities: list[Any]) -> Generator[tuple[str, IO[bytes]], None, None]:
    """The members of a backup in their order; the whole is authentic once the last was taken.

    Raises Unreadable.
    """
    failures: list[BaseException] = []
    out, into = os.pipe()

    def decrypt() -> None:
        try:
            with os.fdopen(into, "wb") as plain, path.open("rb") as file:
                pyrage.decrypt_io(file, plain, identities)
        except BrokenPipeError:
            pass  # the reader had enough
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=decrypt, name="opening")
    thread.start()
    try:
        with os.fdopen(out, "rb") as pipe:
            try:
                with tarfile.open(mode="r|", fileobj=pipe) as tar:
                    for info in tar:
                        member = tar.extractfile(info)
                        if member is not None:
                            yield info.name, member
                while pipe.read(1 << 20):  # the end is authenticated too
                    pass
            except tarfile.TarError as cut:
                thread.join()
                raise Unreadable(path, failures[0] if failures else cut) from cut
    finally:
        thread.join()
    if failures:
        raise Unreadable(path, failures[0])
