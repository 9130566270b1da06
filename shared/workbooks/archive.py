"""The zip layer of a workbook: a directory that can be read in one way only, and parts unpacked within bounds.

``zipfile`` reads the directory; what it would let pass and another program would see differently is refused here. Parts
are inflated here too, because ``zipfile`` stops at the size that the directory announces: what is counted must be all
there is. Whatever is read of a workbook is read through this class.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Self

from shared.workbooks.refusals import DEFAULT, MIB, Limits, refuse

CHUNK: Final = 256 * 1024
ZIP_MAGIC: Final = b"PK\x03\x04"
_PACKED_CHUNK: Final = 32 * 1024
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_LOCATOR: Final = b"PK\x06\x07"
_LOCATOR_SIZE: Final = 20
_END64: Final = b"PK\x06\x06"
_END64_SIZE: Final = 56
_HEADER_SIZE: Final = 30
_LONGEST_COMMENT: Final = 65_535
_ENCRYPTED_FLAG: Final = 0x1
_SIZES_BEHIND_FLAG: Final = 0x8
_UNICODE_PATH: Final = 0x7075


class Archive:
    """An open zip archive whose directory was found sound; ``parts`` maps casefolded names to entries."""

    def __init__(self, path: Path, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self._tags = self._tags_allowed = 0
        self._file: BinaryIO = path.open("rb")
        self.bytes_read = 0
        """Unpacked bytes that ``chunks`` has given out."""
        self.bytes_to_read = 0
        """What it will come to, as whoever opened the archive knows it."""
        try:
            self._length, directory_at = check_end(self._file, limits)
            self.parts = self._directory(directory_at)
            self._check_sizes()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Give the archive itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's content in pieces of at most 256 KiB.

        Raises:
            WorkbookError: the part is damaged, or it unpacks to another size or content than it announces.
        """
        for piece in self._content(name):
            self.bytes_read += len(piece)
            yield piece

    def _content(self, name: str) -> Iterator[bytes]:
        entry = self.parts[name]
        crc = size = 0
        for piece in self._pieces(entry):
            size += len(piece)
            if size > entry.file_size:
                raise refuse("WORKBOOK_BROKEN", what="часть архива больше объявленного")
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != entry.file_size or crc != entry.CRC:
            raise refuse("WORKBOOK_BROKEN", what="часть архива не сходится с контрольной суммой")

    def survey(self, name: str) -> Iterator[bytes]:
        """Yield a part of XML whose tags are counted: against the size it is packed to, in sum over all parts surveyed.

        Raises:
            WorkbookError: as ``chunks``; ``WORKBOOK_ZIP_BOMB`` for more tags than anybody writes into so few bytes.
        """
        self._tags_allowed += self._limits.tags_per_packed_byte * self.parts[name].compress_size
        for piece in self._content(name):
            self._tags += piece.count(b"<")
            if self._tags > self._limits.tags + self._tags_allowed:
                raise refuse("WORKBOOK_ZIP_BOMB")
            yield piece

    def read(self, name: str, at_most: int) -> bytes:
        """Give a small part whole; one of more than ``at_most`` bytes is refused: ``WORKBOOK_BROKEN``."""
        if self.parts[name].file_size > at_most:
            raise refuse("WORKBOOK_BROKEN", what="служебная часть книги неправдоподобно велика")
        return b"".join(self._content(name))

    def _directory(self, directory_at: int) -> dict[str, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self._file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OSError) as error:
            raise refuse("WORKBOOK_BROKEN", what="оглавление архива не читается") from error
        if len(entries) > self._limits.parts:
            raise refuse("WORKBOOK_BROKEN", what=f"в архиве {len(entries)} частей")
        parts: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = entry.filename.replace("\\", "/").lstrip("/").casefold()
            # Readers look parts up without regard to case; two of one name are two readings of one workbook.
            if name in parts:
                raise refuse("WORKBOOK_AMBIGUOUS", what="в нём две части с одним именем")
            if "\0" in entry.orig_filename or _UNICODE_PATH in _extra_fields(entry.extra):
                raise refuse("WORKBOOK_AMBIGUOUS", what="у его части два имени")
            parts[name] = entry
        self._check_places(entries, directory_at)
        return parts

    def _check_places(self, entries: list[zipfile.ZipInfo], directory_at: int) -> None:
        """Refuse parts that share bytes, and those whose own header says otherwise than the directory."""
        free_from = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            start = self._content_start(entry)
            if entry.header_offset < free_from or start + entry.compress_size > directory_at:
                raise refuse("WORKBOOK_AMBIGUOUS", what="его части лежат одна на другой")
            free_from = start + entry.compress_size

    def _content_start(self, entry: zipfile.ZipInfo) -> int:
        self._file.seek(min(entry.header_offset, self._length))
        header = self._file.read(_HEADER_SIZE)
        if len(header) < _HEADER_SIZE or not header.startswith(ZIP_MAGIC):
            raise refuse("WORKBOOK_BROKEN", what="заголовок части архива не на месте")
        flags, method = struct.unpack_from("<HH", header, 6)
        packed, size, name_size, extra_size = struct.unpack_from("<IIHH", header, 18)
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        if self._file.read(name_size).decode(encoding, "replace") != entry.orig_filename:
            raise refuse("WORKBOOK_AMBIGUOUS", what="у его части два имени")
        if method != entry.compress_type or (flags ^ entry.flag_bits) & _ENCRYPTED_FLAG:
            raise refuse("WORKBOOK_AMBIGUOUS", what="у его части два способа сжатия")
        in_64_bits = 0xFFFFFFFF in (packed, size)
        if (
            not flags & _SIZES_BEHIND_FLAG
            and not in_64_bits
            and (packed, size) != (entry.compress_size, entry.file_size)
        ):
            raise refuse("WORKBOOK_AMBIGUOUS", what="у его части два размера")
        if _UNICODE_PATH in _extra_fields(self._file.read(extra_size)):
            raise refuse("WORKBOOK_AMBIGUOUS", what="у его части два имени")
        return int(entry.header_offset + _HEADER_SIZE + name_size + extra_size)

    def _check_sizes(self) -> None:
        """Refuse on what the directory announces, before anything is unpacked."""
        unpacked = packed = 0
        for entry in self.parts.values():
            if entry.flag_bits & _ENCRYPTED_FLAG:
                raise refuse("WORKBOOK_ENCRYPTED")
            self._check_ratio(entry.file_size, entry.compress_size)
            unpacked += entry.file_size
            packed += entry.compress_size
        self._check_ratio(unpacked, packed)
        if unpacked > self._limits.unpacked_bytes:
            raise refuse("WORKBOOK_TOO_BIG", limit_mib=self._limits.unpacked_bytes // MIB)

    def _check_ratio(self, unpacked: int, packed: int) -> None:
        if unpacked > self._limits.ratio_from_bytes and unpacked > self._limits.ratio * max(packed, 1):
            raise refuse("WORKBOOK_ZIP_BOMB")

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        at, remaining = self._content_start(entry), entry.compress_size
        if entry.compress_type == zipfile.ZIP_STORED:
            while remaining and (packed := self._read_at(at, min(CHUNK, remaining))):
                at, remaining = at + len(packed), remaining - len(packed)
                yield packed
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._inflated(at, remaining)
        else:
            raise refuse("WORKBOOK_BROKEN", what="незнакомый способ сжатия")

    def _inflated(self, at: int, remaining: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            while remaining and not inflater.eof and (packed := self._read_at(at, min(_PACKED_CHUNK, remaining))):
                at, remaining = at + len(packed), remaining - len(packed)
                while packed and not inflater.eof:
                    if piece := inflater.decompress(packed, CHUNK):
                        yield piece
                    packed = inflater.unconsumed_tail
            while piece := inflater.decompress(b"", CHUNK):
                yield piece
        except zlib.error as error:
            raise refuse("WORKBOOK_BROKEN", what="сжатые данные не распаковываются") from error
        if remaining or inflater.unused_data or not inflater.eof:
            raise refuse("WORKBOOK_BROKEN", what="сжатые данные кончаются не там, где объявлено")

    def _read_at(self, at: int, size: int) -> bytes:
        # Several parts may be gone through by turns, so each reads from its own place.
        self._file.seek(at)
        return self._file.read(size)


def check_end(file: BinaryIO, limits: Limits) -> tuple[int, int]:
    """Give the file's length and where its directory begins.

    Raises:
        WorkbookError: there is no end record that closes the file, records contradict one another, or the directory is
            too large to be parsed. Two ends of an archive let two readers see two archives in one file.
    """
    length = file.seek(0, 2)
    file.seek(max(0, length - _LONGEST_COMMENT - _END_SIZE))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise refuse("WORKBOOK_TRUNCATED")
    disks, count_here, count, size, offset, comment = struct.unpack_from("<IHHIIH", tail, at + 4)
    if at + _END_SIZE + comment != len(tail) or disks or count_here != count:
        raise refuse("WORKBOOK_BROKEN", what="конец архива не на месте")
    end_at = length - len(tail) + at
    short = (count, size, offset)
    long, end_at = _end_of_64_bits(file, end_at)
    if long is not None:
        for value, full, none in zip(short, long, (0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF), strict=True):
            if value not in (full, none):
                raise refuse("WORKBOOK_AMBIGUOUS", what="у него два оглавления")
        _, size, offset = long
    if size > limits.directory_bytes:
        raise refuse("WORKBOOK_BROKEN", what="оглавление архива неправдоподобно велико")
    if size + offset != end_at:
        # A second archive glued in front moves every part, and readers differ in which one they then see.
        raise refuse("WORKBOOK_AMBIGUOUS", what="оглавление не на месте")
    file.seek(0)
    return length, offset


def _end_of_64_bits(file: BinaryIO, end_at: int) -> tuple[tuple[int, int, int] | None, int]:
    """Read count of entries, size and offset from the record of 64 bits, if there is one, and where the ends begin."""
    file.seek(max(0, end_at - _LOCATOR_SIZE))
    locator = file.read(_LOCATOR_SIZE)
    if len(locator) < _LOCATOR_SIZE or not locator.startswith(_LOCATOR):
        return None, end_at
    (record_at,) = struct.unpack_from("<Q", locator, 8)
    if record_at != end_at - _LOCATOR_SIZE - _END64_SIZE:
        raise refuse("WORKBOOK_AMBIGUOUS", what="конец архива не на месте")
    file.seek(record_at)
    record = file.read(_END64_SIZE)
    if len(record) < _END64_SIZE or not record.startswith(_END64):
        raise refuse("WORKBOOK_BROKEN", what="конец архива не на месте")
    count, size, offset = struct.unpack_from("<QQQ", record, 32)
    return (count, size, offset), record_at


def _extra_fields(extra: bytes) -> set[int]:
    """Name the extra fields of an entry."""
    kinds, at = set(), 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        kinds.add(kind)
        at += 4 + size
    return kinds
