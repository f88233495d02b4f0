"""Sends samples by remote write (version 1), so that two servers hold the very same, stale markers included."""
import struct
import urllib.error
import urllib.request

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
STALE_BYTES = struct.pack("<Q", 0x7FF0000000000002)


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def label(name, value):
    return field(1, field(1, name.encode()) + field(2, value.encode()))


def series(labels, samples):
    """`samples` are (milliseconds, value); STALE stands for the stale marker, None for no sample."""
    body = b"".join(label(name, labels[name]) for name in sorted(labels))
    for time, value in samples:
        if value is not None:
            # Python may quieten a signalling NaN on the way: the marker's bits are written as they are.
            bits = STALE_BYTES if value is STALE else struct.pack("<d", value)
            body += field(2, varint(1 << 3 | 1) + bits + varint(2 << 3 | 0) + varint(time))
    return field(1, body)


def snappy(data):
    """A valid block without any compression: literals alone."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 65536):
        piece = data[start:start + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


def send(url, payload):
    """Posts encoded series; raises with the server's words when it refuses."""
    call = urllib.request.Request(url + "/api/v1/write", data=snappy(payload), method="POST", headers={
        "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"})
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"remote write to {url} refused: {error.code} {error.read().decode(errors='replace')}") from None


def write(url, all_series, batch=500):
    """Sends [(labels, samples)] in requests of so many series."""
    for start in range(0, len(all_series), batch):
        send(url, b"".join(series(labels, samples) for labels, samples in all_series[start:start + batch]))
