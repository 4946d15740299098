"""From a file, or from bytes in memory, to numbered lines, without ever holding more than one of them.

Gzip is recognised by its first two bytes, not by the name. A line longer than `LONGEST_LINE` is refused before it is
read to its end, so that a file of one endless line costs a megabyte and not a machine.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from participation.counting.pabulib.refusals import PabulibError

LONGEST_LINE = 1 << 20  # bytes; the longest line of the public library is a comment of a few kilobytes
GZIP_MAGIC = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be opened again and again: a path, or the bytes of an upload. `name` is for messages."""

    name: str
    path: str | None = None
    content: bytes | None = None

    @classmethod
    def of(cls, source: str | os.PathLike[str] | bytes, name: str | None = None) -> Source:
        if isinstance(source, bytes):
            return cls(name=name or "upload", content=source)
        path = os.fspath(source)
        return cls(name=name or os.path.basename(path) or path, path=path)


class Stream(Protocol):
    """As much of a binary file as is needed here."""

    def readline(self, size: int, /) -> bytes: ...
    def read(self, size: int, /) -> bytes: ...
    def seek(self, position: int, /) -> int: ...
    def tell(self) -> int: ...


class _Chained:
    """A block in memory, and behind its end the stream it was taken from."""

    def __init__(self, block: io.BytesIO, behind: Stream) -> None:
        self._block = block
        self._behind = behind
        self.seek, self.tell, self.read = block.seek, block.tell, block.read

    def readline(self, size: int, /) -> bytes:
        line = self._block.readline(size)
        if line.endswith(b"\n") or len(line) >= size:
            return line
        return line + self._behind.readline(size - len(line))


class Lines:
    """Numbered lines, then blocks, of one opened source. `number` is the number of the line read last."""

    def __init__(self, stream: Stream, name: str) -> None:
        self._stream = stream
        self.name = name
        self.number = 0

    def read(self) -> bytes:
        """The next line with its line end; empty at the end of the file."""
        line = self._guarded(self._stream.readline, LONGEST_LINE + 1)
        if not line:
            return b""
        self.number += 1
        if len(line) > LONGEST_LINE:
            raise self.refuse(f"the line is longer than {LONGEST_LINE} bytes")
        if b"\0" in line:
            raise self.refuse("there is a NUL byte, so this is not a text file")
        return line

    def block(self, size: int) -> bytes:
        """About `size` bytes of whole lines; empty at the end of the file. The caller moves `number` on.

        Only the last line may be incomplete: at the end of the file, or where it is longer than allowed.
        """
        start = self._guarded(self._stream.read, size)
        if not start or start.endswith(b"\n"):
            return start
        return start + self._guarded(self._stream.readline, LONGEST_LINE + 1)

    def inside(self, block: bytes) -> Lines:
        """The same file seen from the start of a block just taken: the lines of the block, then those after it."""
        within = Lines(_Chained(io.BytesIO(block), self._stream), self.name)
        within.number = self.number
        return within

    def skip_to(self, position: int, number: int) -> None:
        """In lines seen `inside` a block: go to a byte position of the block, after line `number`."""
        self._stream.seek(position)
        self.number = number

    @property
    def position(self) -> int:
        """Bytes read so far; inside a block, its length once reading has gone past its end."""
        return self._stream.tell()

    def refuse(self, problem: str, *, line: int | None = None, field: str | None = None) -> PabulibError:
        """The error to raise about the line read last, or about `line`."""
        return PabulibError(problem, file=self.name, line=self.number if line is None else line, field=field)

    def _guarded(self, read: Callable[[int], bytes], size: int) -> bytes:
        try:
            return read(size)
        except EOFError:
            raise self.refuse("the compressed file is cut off", line=self.number + 1) from None
        except (gzip.BadGzipFile, zlib.error):
            raise self.refuse("the compressed file is damaged", line=self.number + 1) from None
        except OSError as error:
            raise PabulibError(f"the file cannot be read ({error.strerror})", file=self.name) from None


@contextmanager
def opened(source: Source) -> Iterator[Lines]:
    """Open a source for one pass, unpacking gzip.

    Raises PabulibError where the file cannot be opened, and while reading where it is cut off or damaged.
    """
    try:
        raw = io.BytesIO(source.content) if source.content is not None else open(source.path or "", "rb")  # noqa: SIM115  # closed below, on every way out
    except OSError as error:
        raise PabulibError(f"the file cannot be opened ({error.strerror})", file=source.name) from None
    with raw:
        try:
            packed = raw.read(2) == GZIP_MAGIC
            raw.seek(0)
        except OSError as error:
            raise PabulibError(f"the file cannot be read ({error.strerror})", file=source.name) from None
        if not packed:
            yield Lines(raw, source.name)
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield Lines(io.BufferedReader(unpacked), source.name)
