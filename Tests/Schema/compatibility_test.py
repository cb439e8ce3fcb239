"""Checks that the compatibility check finds what it must: each change of the published contract below is refused.

usage: compatibility_test.py SCHEMA_FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

folder = pathlib.Path(sys.argv[1])
published = folder / "Golden/contract.pb"
check = [sys.executable, "-B", str(folder / "Generator/compatibility.py")]


def message(files, name):
    return next(m for file in files.file for m in file.message_type if m.name == name)


def field(files, name, field_name):
    return next(f for f in message(files, name).field if f.name == field_name)


def payer(files):
    return next(e for file in files.file for e in file.enum_type if e.name == "Payer")


CHANGES = {
    "a number": lambda files: setattr(field(files, "PortOffered", "region"), "number", 99),
    "a type": lambda files: setattr(field(files, "PortOffered", "bandwidth_mbps"), "type", 4),
    "a name": lambda files: setattr(field(files, "PortOffered", "name"), "name", "title"),
    "a JSON name": lambda files: setattr(field(files, "PortOffered", "name"), "json_name", "Name"),
    "one to many": lambda files: setattr(field(files, "PortOffered", "name"), "label", 3),
    "a field less": lambda files: message(files, "PortAccepted").field.pop(),
    "an identifier less": lambda files: field(files, "PortOffered", "port_id").ClearField("options"),
    "a message number": lambda files: message(files, "PortOffered").ClearField("options"),
    "another enum number": lambda files: setattr(payer(files).value[1], "number", 7),
    "an enum value less": lambda files: payer(files).value.pop(),
    "a message less": lambda files: next(f for f in files.file if f.name.endswith("tenant.proto")).message_type.pop(),
}

with tempfile.TemporaryDirectory() as scratch:
    changed = pathlib.Path(scratch) / "changed.pb"
    for what, change in CHANGES.items():
        files = descriptor_pb2.FileDescriptorSet.FromString(published.read_bytes())
        change(files)
        changed.write_bytes(files.SerializeToString())
        if subprocess.run([*check, published, changed], capture_output=True).returncode == 0:
            sys.exit(f"compatibility: not refused: {what}")
    files = descriptor_pb2.FileDescriptorSet.FromString(published.read_bytes())
    message(files, "PortOffered").field.add(name="note", number=21, type=9, label=1, json_name="note")
    changed.write_bytes(files.SerializeToString())
    subprocess.run([*check, published, changed], check=True)
print(f"compatibility: {len(CHANGES)} breaking changes refused, growth accepted")
