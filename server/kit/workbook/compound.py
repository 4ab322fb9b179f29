"""Just enough of the compound file format to see what an .xls or .et file carries before it is parsed."""

from __future__ import annotations

import struct

from .refusals import Refusal

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_CHAIN = 0xFFFFFFFE
FREE = 0xFFFFFFFF
MINI_SIZE = 64
MINI_CUTOFF = 4096
MAX_ENTRIES = 4096


class CompoundFile:
    """Directory names and stream bytes; every chain is followed at most once."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or data[:8] != SIGNATURE:
            raise Refusal("broken")
        self._data = data
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in (9, 12):
            raise Refusal("broken")
        self._size = 1 << shift
        self._table = self._sector_table()
        self._read_directory()

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        block = self._data[start : start + self._size]
        if not block:
            raise Refusal("broken")
        return block.ljust(self._size, b"\x00")

    def _sector_table(self) -> list[int]:
        numbers = [n for n in struct.unpack_from("<109I", self._data, 76) if n < END_OF_CHAIN - 2]
        following = struct.unpack_from("<I", self._data, 68)[0]
        seen: set[int] = set()
        per_sector = self._size // 4
        while following < END_OF_CHAIN - 2 and following not in seen:
            seen.add(following)
            block = struct.unpack(f"<{per_sector}I", self._sector(following))
            numbers.extend(n for n in block[:-1] if n < END_OF_CHAIN - 2)
            following = block[-1]
        if len(numbers) > len(self._data) // self._size + 1:
            raise Refusal("broken")
        table: list[int] = []
        for number in numbers:
            table.extend(struct.unpack(f"<{per_sector}I", self._sector(number)))
        return table

    def _chain(self, start: int, table: list[int], limit: int) -> list[int]:
        chain: list[int] = []
        number = start
        while number < END_OF_CHAIN - 2:
            if number >= len(table) or len(chain) > limit:
                raise Refusal("broken")
            chain.append(number)
            number = table[number]
        return chain

    def _read_chain(self, start: int) -> bytes:
        limit = len(self._data) // self._size + 1
        return b"".join(self._sector(number) for number in self._chain(start, self._table, limit))

    def _read_directory(self) -> None:
        directory = self._read_chain(struct.unpack_from("<I", self._data, 48)[0])
        self.streams: dict[str, tuple[int, int]] = {}
        self.names: list[str] = []
        self._root = (END_OF_CHAIN, 0)
        for offset in range(0, min(len(directory), MAX_ENTRIES * 128), 128):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            if kind not in (1, 2, 5):
                continue
            name = directory[offset : offset + max(0, min(length, 64) - 2)].decode(
                "utf-16-le", "replace"
            )
            start, size = struct.unpack_from("<II", directory, offset + 116)
            self.names.append(name)
            if kind == 2:
                self.streams.setdefault(name, (start, size))
            elif kind == 5:
                self._root = (start, size)

    def read(self, name: str) -> bytes:
        start, size = self.streams[name]
        if size > len(self._data):
            raise Refusal("broken")
        if size >= MINI_CUTOFF:
            return self._read_chain(start)[:size]
        mini_start = struct.unpack_from("<I", self._data, 60)[0]
        blob = self._read_chain(mini_start)
        table = list(struct.unpack(f"<{len(blob) // 4}I", blob))
        container = self._read_chain(self._root[0])
        chain = self._chain(start, table, len(table))
        return b"".join(container[n * MINI_SIZE : (n + 1) * MINI_SIZE] for n in chain)[:size]
