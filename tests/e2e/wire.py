"""HTTP/2 by hand: frames that no well-behaved client would send, and load that costs its driver next to nothing.

It shares no code with Glossator or with any library of gRPC; headers that come back are read by `hpack`.
"""

import socket
import struct
from collections import defaultdict
from typing import NamedTuple

import hpack

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
CANCEL, ENHANCE_YOUR_CALM = 8, 11
INITIAL_WINDOW = 65_535
WIDE_WINDOW = 1 << 30

ANNOTATE = "/glossator.v1.AnnotationService/Annotate"
ANNOTATE_STREAM = "/glossator.v1.AnnotationService/AnnotateStream"


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">IBI", len(payload) << 8 | kind, flags, stream) + payload


def literal(name: str, value: str) -> bytes:
    """A header as HPACK writes it when it compresses nothing."""

    def text(string: str) -> bytes:
        octets, length = string.encode(), len(string.encode())
        if length < 127:
            return bytes([length]) + octets
        length, prefix = length - 127, [127]
        while length >= 128:
            prefix.append(length % 128 + 128)
            length //= 128
        return bytes([*prefix, length]) + octets

    return b"\x00" + text(name) + text(value)


def header_block(path: str, *more: tuple[str, str]) -> bytes:
    usual = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]
    return b"".join(literal(name, value) for name, value in [*usual, *more])


def message(payload: bytes, compressed: bool = False) -> bytes:
    return struct.pack(">BI", compressed, len(payload)) + payload


class Connection:
    """One connection. Windows are kept only where a test reads and writes as it should."""

    def __init__(self, port: int, preface: bool = True, window: int = INITIAL_WINDOW):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.next_stream = 1
        self.rest = b""
        self.decoder = hpack.Decoder()
        # What may still be sent, of the connection (0) and of each stream.
        self.initial_window = INITIAL_WINDOW
        self.windows: dict[int, int] = {0: INITIAL_WINDOW}
        self.unread: dict[int, int] = defaultdict(int)
        if preface:
            settings = struct.pack(">HI", 4, window) if window != INITIAL_WINDOW else b""
            self.send(PREFACE + frame(SETTINGS, 0, 0, settings))
            if window > INITIAL_WINDOW:
                self.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", window - INITIAL_WINDOW)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, octets: bytes):
        self.socket.sendall(octets)

    def open(self, path: str, *headers: tuple[str, str], end: bool = False) -> tuple[int, bytes]:
        """A new stream and the frame that opens it, not yet sent."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.windows[stream] = self.initial_window
        flags = END_HEADERS | (END_STREAM if end else 0)
        return stream, frame(HEADERS, flags, stream, header_block(path, *headers))

    @staticmethod
    def data(stream: int, payload: bytes, end: bool = False) -> bytes:
        """Frames of the largest size that every peer takes."""
        pieces = [payload[at : at + 16_384] for at in range(0, len(payload), 16_384)] or [b""]
        last = len(pieces) - 1
        return b"".join(
            frame(DATA, END_STREAM if end and number == last else 0, stream, piece) for number, piece in enumerate(pieces)
        )

    def receive(self, timeout: float) -> list[Frame] | None:
        """What has come: at least one frame unless time is up; None when the server has closed the connection."""
        self.socket.settimeout(max(timeout, 0.0001))
        try:
            octets = self.socket.recv(1 << 20)
        except TimeoutError:
            return []
        except OSError:
            return None
        finally:
            self.socket.settimeout(30)
        if not octets:
            return None
        self.rest += octets
        frames, at = [], 0
        while len(self.rest) - at >= 9:
            length = int.from_bytes(self.rest[at : at + 3])
            if len(self.rest) - at < 9 + length:
                break
            kind, flags = self.rest[at + 3], self.rest[at + 4]
            stream = int.from_bytes(self.rest[at + 5 : at + 9]) & 0x7FFF_FFFF
            frames.append(Frame(kind, flags, stream, self.rest[at + 9 : at + 9 + length]))
            at += 9 + length
        self.rest = self.rest[at:]
        self.answer(frames)
        return frames

    def answer(self, frames: list[Frame]):
        """Settings and pings are acknowledged, and what may be sent is counted."""
        for got in frames:
            if got.kind == SETTINGS and not got.flags & ACK:
                for at in range(0, len(got.payload), 6):
                    setting, value = struct.unpack(">HI", got.payload[at : at + 6])
                    if setting == 4:
                        for stream in self.windows.keys() - {0}:
                            self.windows[stream] += value - self.initial_window
                        self.initial_window = value
                self.send(frame(SETTINGS, ACK, 0))
            elif got.kind == PING and not got.flags & ACK:
                self.send(frame(PING, ACK, 0, got.payload))
            elif got.kind == WINDOW_UPDATE and got.stream in self.windows:
                self.windows[got.stream] += int.from_bytes(got.payload)

    def headers(self, got: Frame) -> dict[str, str]:
        """Those of a HEADERS frame. Each must be read, in order: one may refer to those before it."""
        return dict(self.decoder.decode(got.payload))

    def give_window(self, stream: int, octets: int):
        """Lets the server send as much more as was read."""
        for target in (0, stream):
            self.unread[target] += octets
            if self.unread[target] >= 32_768:
                self.send(frame(WINDOW_UPDATE, 0, target, struct.pack(">I", self.unread.pop(target))))

    def may_send(self, stream: int) -> int:
        return min(self.windows[0], self.windows[stream])

    def send_in_turn(self, stream: int, payload: bytes):
        """The whole of a call's data, as the windows let it."""
        at = 0
        while at < len(payload):
            room = min(self.may_send(stream), len(payload) - at)
            if room:
                self.send(self.data(stream, payload[at : at + room], end=at + room == len(payload)))
                self.spend(stream, room)
                at += room
            else:
                assert self.receive(5.0), "nothing more may be sent"

    def spend(self, stream: int, octets: int):
        self.windows[0] -= octets
        self.windows[stream] -= octets
