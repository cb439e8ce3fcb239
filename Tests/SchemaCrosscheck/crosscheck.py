"""Exchanges random messages with Python's Protobuf in both encodings and both directions. Run by check-crosscheck.sh.

usage: crosscheck.py PROGRAM DESCRIPTOR_SET COUNT SEED
"""

import io
import math
import random
import struct
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor as F

PREFIXES = {
    "CircuitID": ("cir-", 1), "PortID": ("pc-", 2), "VBRID": ("vbr-", 3), "SubscriptionID": ("sub-", 4), "ChargeID": ("chg-", 5),
    "MessageID": ("msg-", 6), "SagaID": ("saga-", 8), "PartyRequestID": ("req-", 9), "ApplicationID": ("app-", 10),
    "ResourceGroupID": ("rg-", 11), "AccessDeviceID": ("dev-", 12), "TransformationBatchID": ("tfb-", 13),
}
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
IDENTIFIER_TAG = b"\xa2\xbb\x18"  # field 50100, length-delimited

program, descriptor_set, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
random.seed(seed)
files = descriptor_pb2.FileDescriptorSet.FromString(open(descriptor_set, "rb").read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)


def identifier(kind):
    if kind == "AccountID":
        return str(random.randrange(10**15, 10**16))
    prefix, code = PREFIXES[random.choice(["PortID", "VBRID"]) if kind == "ConnectionID" else kind]
    bits = random.getrandbits(128) & ~(0xFF << 72) | code << 72
    return prefix + "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(26)))


def text():
    kinds = ["", "a", "x" * random.randrange(300), "Büro Süd", "\0", "a\0b", "\u2028", "\"\\/\b\f\n\r\t\x1f\x7f", "😀🇩🇪", "\ufffe\uffff"]
    return random.choice(kinds) + random.choice(kinds)


def whole(bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return random.choice([0, 1, low, high, random.randint(low, high), random.randint(0, 300)])


def number(width):
    values = [0.0, -0.0, 1.5, math.inf, -math.inf, 1e-30, 16777217.0]
    if width == 8:
        value = struct.unpack("d", random.randbytes(8))[0]
        return random.choice([*values, math.nan, 0.5 if math.isnan(value) else value, 5e-324, 1.7976931348623157e308])
    value = struct.unpack("f", random.randbytes(4))[0]
    return random.choice([*values, value if math.isfinite(value) else 0.5, 1e-45])


def fill_time(time):
    time.seconds = random.choice([0, -62135596800, 253402300799, random.randint(-62135596800, 253402300799)])
    time.nanos = random.choice([0, 1, 123000000, 123456000, 999999999, random.randrange(10**9)])


def scalar(field):
    options = field.GetOptions().SerializeToString()
    if IDENTIFIER_TAG in options:
        return identifier(options[options.index(IDENTIFIER_TAG) + 4:].decode())
    return {
        F.TYPE_STRING: text, F.TYPE_BYTES: lambda: random.randbytes(random.choice([0, 1, 2, 3, 200])),
        F.TYPE_BOOL: lambda: random.random() < 0.5, F.TYPE_DOUBLE: lambda: number(8), F.TYPE_FLOAT: lambda: number(4),
        F.TYPE_INT32: lambda: whole(32, True), F.TYPE_SINT32: lambda: whole(32, True), F.TYPE_SFIXED32: lambda: whole(32, True),
        F.TYPE_INT64: lambda: whole(64, True), F.TYPE_SINT64: lambda: whole(64, True), F.TYPE_SFIXED64: lambda: whole(64, True),
        F.TYPE_UINT32: lambda: whole(32, False), F.TYPE_FIXED32: lambda: whole(32, False),
        F.TYPE_UINT64: lambda: whole(64, False), F.TYPE_FIXED64: lambda: whole(64, False),
        F.TYPE_ENUM: lambda: random.choice([*(v.number for v in field.enum_type.values), whole(32, True)]),
    }[field.type]()


def fill(message, depth=0):
    if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
        return fill_time(message)
    for field in message.DESCRIPTOR.fields:
        if random.random() < 0.25 or (field.type == F.TYPE_MESSAGE and depth > 3):
            continue
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        if is_map:
            entries, key, value = getattr(message, field.name), *field.message_type.fields
            for _ in range(random.randrange(4)):
                if value.type == F.TYPE_MESSAGE:
                    fill(entries[scalar(key)], depth + 1)
                else:
                    entries[scalar(key)] = scalar(value)
        elif field.label == F.LABEL_REPEATED:
            for _ in range(random.randrange(5)):
                if field.type == F.TYPE_MESSAGE:
                    fill(getattr(message, field.name).add(), depth + 1)
                else:
                    getattr(message, field.name).append(scalar(field))
        elif field.type == F.TYPE_MESSAGE:
            getattr(message, field.name).SetInParent()
            fill(getattr(message, field.name), depth + 1)
        else:
            setattr(message, field.name, scalar(field))


def same(a, b):
    """Equal in every bit; NaN is equal to itself."""
    return a.SerializeToString(deterministic=True) == b.SerializeToString(deterministic=True)


def nested(levels):
    """A message inside a message, so many levels in all."""
    inner = b""
    for _ in range(levels - 2):
        inner = b"\x12" + varint(len(inner)) + inner
    return b"\xba\x01" + varint(len(inner)) + inner


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


# What only the probe's kinds of field can show: Protobuf or JSON, and what the answer must begin with; None if it is read.
SPECIAL = [
    (nested(100), None),
    (nested(101), "one.inner[0].inner[0]"),
    (nested(3000), "one.inner[0].inner[0]"),
    (b"\x6a\x04\x0a\x02a", "byName: truncated"),
    (b"\x6a\x04\x12\x02\x0a\x05", "byName.a: truncated"),
    (b"\x72\x04\x12\x02\xff\xff", "byNumber: invalid_utf8"),
    (b"\x6a\x06\x12\x04\x1a\x02pc", "byName.portId: invalid_identifier"),
    ('{"text":"a","number":1}', "number: duplicate_field"),
    ('{"text":null,"number":1}', None),
    ('{"byNumber":{"1":"a","1":"b"}}', "byNumber[1]: duplicate_field"),
    ('{"byNumber":{"x":"a"}}', "byNumber[x]: wrong_type"),
    ('{"byName":{"k":{"inner":[{},{"portId":"pc-"}]}}}', "byName[k].inner[1].portId: invalid_identifier"),
    ('{"items":[{},{},{},{"vlanId":1}]}', "items[3].vlanId: unknown_field"),
    ('{"colors":{"a":"COLOR_BLUE"}}', "colors[a]: unknown_name"),
    ('{"f":1e39}', "f: out_of_range"),
    ('{"d":"1x"}', "d: wrong_type"),
    ('{"one":' + '{"inner":[' * 49 + "]}" * 49 + "}", None),
    ('{"one":' + '{"inner":[' * 50 + "]}" * 50 + "}", "one.inner[0].inner[0]"),
]


def check_special():
    frames = b""
    for content, _ in SPECIAL:
        content_bytes = content.encode() if isinstance(content, str) else content
        frames += bytes([isinstance(content, str), 11]) + b"probe.Probe" + struct.pack("<I", len(content_bytes)) + content_bytes
    answers = io.BytesIO(subprocess.run([program], input=frames, capture_output=True, check=True).stdout)
    for content, expected in SPECIAL:
        refused = answers.read(1) == b"\1"
        body = answers.read(struct.unpack("<I", answers.read(4))[0]).decode(errors="replace")
        if not refused:
            answers.read(struct.unpack("<I", answers.read(4))[0])
        if refused != (expected is not None) or (refused and not body.startswith(expected)):
            sys.exit(f"expected {expected}, got {body[:200] if refused else 'a message'} for {content[:100]}")
    return len(SPECIAL)


names = [f"{file.package}.{message.name}" for file in files.file if not file.package.startswith("google") for message in file.message_type]
names = [name for name in names if name != "hostedconnections.v1.Position"]
classes = {name: factory.GetPrototype(pool.FindMessageTypeByName(name)) for name in names}
sent = []
with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as answers:
    for index in range(count):
        name = names[index % len(names)] if random.random() < 0.7 else "probe.Probe"
        message = classes[name]()
        fill(message)
        as_json = random.random() < 0.5
        if as_json:
            body = json_format.MessageToJson(
                message, including_default_value_fields=random.random() < 0.3, preserving_proto_field_name=random.random() < 0.3,
                indent=random.choice([None, 2])).encode()
        else:
            body = message.SerializeToString(deterministic=True)
        sent.append((name, message, as_json))
        source.write(bytes([as_json, len(name)]) + name.encode() + struct.pack("<I", len(body)) + body)
    source.seek(0)
    subprocess.run([program], stdin=source, stdout=answers, check=True)
    answers.seek(0)

    def body():
        return answers.read(struct.unpack("<I", answers.read(4))[0])

    differing_bytes = 0
    for index, (name, message, as_json) in enumerate(sent):
        where = f"message {index} of seed {seed} ({name}, sent as {'JSON' if as_json else 'Protobuf'})"
        refused = answers.read(1)
        if refused != b"\0":
            sys.exit(f"{where}: {'refused: ' + body().decode() if refused else 'no answer'}\n{message}")
        protobuf, json = body(), body()
        if not same(classes[name].FromString(protobuf), message):
            sys.exit(f"{where}: another message as Protobuf\n{message}\n{classes[name].FromString(protobuf)}")
        if not same(json_format.Parse(json, classes[name]()), message):
            sys.exit(f"{where}: another message as JSON\n{message}\n{json.decode()}")
        differing_bytes += protobuf != message.SerializeToString(deterministic=True)
    if answers.read(1):
        sys.exit("more answers than messages")
if differing_bytes:
    sys.exit(f"{differing_bytes} messages are equal but not byte for byte")
print(f"cross-check: {check_special()} special cases read or refused as they must be")
print(f"cross-check: {count} messages of {len(names)} types agree with Python's Protobuf, seed {seed}")
