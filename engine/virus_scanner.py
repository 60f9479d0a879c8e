"""Files that came from elsewhere are shown to ClamAV's daemon before anything is done with them.

Its protocol is a command, the content in pieces, and a line of answer (INSTREAM in clamd(8)). The clients that there
are for it are either under the GPL or have not been looked after for years.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from engine.errors import InvalidInput, ScannerAway, SettingsError

log = logging.getLogger("throughline.scanner")

VIRUS_SCANNER = "THROUGHLINE_VIRUS_SCANNER"
_PIECE = 64 * 1024  # bytes
_PATIENCE = 30  # seconds for each answer: a scanner that hangs must not hold a thread for ever
_LONGEST_ANSWER = 4096  # bytes
_CLEAN, _FOUND = "stream: OK", " FOUND"


@dataclass(frozen=True, slots=True)
class VirusScanner:
    """A clamd by its address: the path of its socket, or ``host:port``."""

    address: str

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> VirusScanner | None:
        """The scanner that is named, None where none is; raises SettingsError."""
        address = env.get(VIRUS_SCANNER)
        if not address:
            return None
        if not address.startswith("/"):
            host, colon, port = address.rpartition(":")
            if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
                words = f"'{address}' is neither the path of clamd's socket nor its host and port, as 127.0.0.1:3310"
                raise SettingsError(VIRUS_SCANNER, words)
        return cls(address)

    def version(self) -> str:
        """What the scanner says of itself and its signatures; raises ScannerAway where it does not answer."""
        with self._connected() as connection:
            connection.sendall(b"zVERSION\0")
            return _answer(connection)

    def check(self, field: str, name: str, content: bytes) -> None:
        """Raises InvalidInput for a file that is known to do harm, or that the scanner refuses to look at.

        ScannerAway where it does not answer: what was not looked at is not taken.
        """
        with self._connected() as connection:
            with suppress(BrokenPipeError):  # it has seen enough, and says so
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _PIECE):
                    piece = content[start : start + _PIECE]
                    connection.sendall(struct.pack("!L", len(piece)) + piece)
                connection.sendall(struct.pack("!L", 0))
            said = _answer(connection)
        if said == _CLEAN:
            return
        log.warning("a file was refused by the virus scanner: %s", said)
        if said.endswith(_FOUND):
            what = said.removesuffix(_FOUND).removeprefix("stream: ")
            raise InvalidInput({field: f"'{name}' is not taken: the virus scanner calls it {what}"})
        raise InvalidInput({field: f"'{name}' is not taken: the virus scanner could not look at it ({said})"})

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            with closing(self._opened()) as connection:
                yield connection
        except OSError as error:
            raise ScannerAway from error

    def _opened(self) -> socket.socket:
        if not self.address.startswith("/"):
            host, _, port = self.address.rpartition(":")
            return socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE)  # [::1]:3310
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(self.address)
        except OSError:
            connection.close()
            raise
        return connection


def _answer(connection: socket.socket) -> str:
    """Up to the zero byte that ends it; raises OSError for none."""
    said = b""
    while not said.endswith(b"\0"):
        more = connection.recv(_LONGEST_ANSWER)
        if not more or len(said) > _LONGEST_ANSWER:
            raise ConnectionError("the answer is not whole")
        said += more
    return said.removesuffix(b"\0").decode(errors="replace").strip()
