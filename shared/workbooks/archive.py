"""The zip layer of a workbook: a directory that is checked, and parts that are unpacked within bounds.

``zipfile`` reads the directory; the parts are inflated here, because ``zipfile`` stops at the size that the directory
announces while other readers go on to the end of the stream: what is counted must be what they would unpack.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from shared.workbooks.limits import MIB, Limits
from shared.workbooks.refusals import refuse

CHUNK = 256 * 1024
ZIP_MAGIC = b"PK\x03\x04"
_PACKED_CHUNK = 32 * 1024
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_END_SIZE = 22
_END64_SIZE = 56
_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 65_535
_ENCRYPTED_FLAG = 0x1


class Archive:
    """An open zip archive whose directory was found sound; ``parts`` maps names to entries."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._limits = limits
        self._sizes: dict[str, int] = {}
        self._file: BinaryIO = path.open("rb")
        try:
            self.parts = self._directory()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Give the archive itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._file.close()

    def _directory(self) -> dict[str, zipfile.ZipInfo]:
        check_directory_size(self._file, self._limits)
        try:
            with zipfile.ZipFile(self._file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError) as error:
            raise refuse("WORKBOOK_BROKEN", what="оглавление архива не читается") from error
        if len(entries) > self._limits.parts:
            raise refuse("WORKBOOK_BROKEN", what=f"в архиве {len(entries)} частей")
        parts: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = entry.filename.replace("\\", "/").lstrip("/")
            # Readers look parts up without regard to case; two of one name are two readings of one workbook.
            if name.casefold() in parts:
                raise refuse("WORKBOOK_BROKEN", what="в архиве две части с одним именем")
            parts[name.casefold()] = entry
        return parts

    def check_sizes(self) -> None:
        """Refuse on what the directory announces, before anything is unpacked."""
        announced = 0
        for name, entry in self.parts.items():
            if entry.flag_bits & _ENCRYPTED_FLAG:
                raise refuse("WORKBOOK_ENCRYPTED")
            self._check_ratio(name, entry.file_size, entry.compress_size)
            announced += entry.file_size
        if announced > self._limits.unpacked_bytes:
            raise self._too_big()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's content in pieces of at most 256 KiB, counting against the limits.

        Raises:
            WorkbookError: the part is damaged, or it unpacks to more than it announces or the limits allow.
        """
        entry = self.parts[name]
        crc = size = 0
        others = sum(other for part, other in self._sizes.items() if part != name)
        for piece in self._pieces(entry):
            size += len(piece)
            self._sizes[name] = size
            if size > entry.file_size:
                raise refuse("WORKBOOK_BROKEN", what=f"часть «{name}» больше объявленного")
            if others + size > self._limits.unpacked_bytes:
                raise self._too_big()
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != entry.file_size or crc != entry.CRC:
            raise refuse("WORKBOOK_BROKEN", what=f"часть «{name}» не сходится с контрольной суммой")

    def read(self, name: str, at_most: int) -> bytes:
        """Give a small part whole; one of more than ``at_most`` bytes is refused."""
        content = bytearray()
        for piece in self.chunks(name):
            content += piece
            if len(content) > at_most:
                raise refuse("WORKBOOK_BROKEN", what=f"часть «{name}» неправдоподобно велика")
        return bytes(content)

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        self._seek_content(entry)
        left = entry.compress_size
        if entry.compress_type == zipfile.ZIP_STORED:
            while left and (packed := self._file.read(min(CHUNK, left))):
                left -= len(packed)
                yield packed
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise refuse("WORKBOOK_BROKEN", what="незнакомый способ сжатия")
        yield from self._inflated(left)

    def _inflated(self, left: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            while left and not inflater.eof and (packed := self._file.read(min(_PACKED_CHUNK, left))):
                left -= len(packed)
                while packed and not inflater.eof:
                    if piece := inflater.decompress(packed, CHUNK):
                        yield piece
                    packed = inflater.unconsumed_tail
            while piece := inflater.decompress(b"", CHUNK):
                yield piece
        except zlib.error as error:
            raise refuse("WORKBOOK_BROKEN", what="сжатые данные не распаковываются") from error

    def _seek_content(self, entry: zipfile.ZipInfo) -> None:
        self._file.seek(entry.header_offset)
        header = self._file.read(30)
        if len(header) < 30 or not header.startswith(ZIP_MAGIC):
            raise refuse("WORKBOOK_BROKEN", what="заголовок части архива не на месте")
        name_size, extra_size = struct.unpack_from("<HH", header, 26)
        self._file.seek(name_size + extra_size, 1)

    def _check_ratio(self, name: str, size: int, packed: int) -> None:
        if size > self._limits.ratio_from_bytes and size > self._limits.ratio * max(packed, 1):
            raise refuse("WORKBOOK_ZIP_BOMB", part=name)

    def _too_big(self) -> Exception:
        return refuse("WORKBOOK_TOO_BIG", limit_mib=self._limits.unpacked_bytes // MIB)


def check_directory_size(file: BinaryIO, limits: Limits) -> None:
    """Refuse a file without an end record that closes it, or whose directory is too large to be parsed.

    An end record elsewhere would let two readers see two different archives in one file.
    """
    length = file.seek(0, 2)
    file.seek(max(0, length - _LONGEST_COMMENT - _END_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise refuse("WORKBOOK_TRUNCATED")
    size, offset, comment = struct.unpack_from("<IIH", tail, at + 12)
    if at + _END_SIZE + comment != len(tail):
        raise refuse("WORKBOOK_BROKEN", what="конец архива не на месте")
    end_at = length - len(tail) + at
    if 0xFFFFFFFF in (size, offset):
        size = _zip64_directory_size(file, end_at)
    elif size + offset not in (end_at, end_at - _END64_SIZE - _LOCATOR_SIZE):
        # A second archive glued in front moves every part, and readers differ in which one they then see.
        raise refuse("WORKBOOK_BROKEN", what="оглавление архива не на месте")
    if size > limits.directory_bytes:
        raise refuse("WORKBOOK_BROKEN", what="оглавление архива неправдоподобно велико")
    file.seek(0)


def _zip64_directory_size(file: BinaryIO, end_at: int) -> int:
    file.seek(max(0, end_at - _LOCATOR_SIZE))
    locator = file.read(_LOCATOR_SIZE)
    if len(locator) < _LOCATOR_SIZE or not locator.startswith(b"PK\x06\x07"):
        raise refuse("WORKBOOK_BROKEN", what="конец архива не на месте")
    (record_at,) = struct.unpack_from("<Q", locator, 8)
    file.seek(min(record_at, end_at))
    record = file.read(_END64_SIZE)
    if len(record) < _END64_SIZE or not record.startswith(_END64):
        raise refuse("WORKBOOK_BROKEN", what="конец архива не на месте")
    return int(struct.unpack_from("<Q", record, 40)[0])
