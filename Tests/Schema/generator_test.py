"""Checks that the generator refuses what it does not do, with a line that names the place.

usage: generator_test.py SCHEMA_FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile

folder = pathlib.Path(sys.argv[1]).resolve()
HEAD = 'syntax = "proto3"; package test; import "hostedconnections/options.proto"; import "google/protobuf/any.proto";\n'
COMMON = (
    'import "google/protobuf/timestamp.proto"; import "hostedconnections/v1/common.proto";\n'
    "message M { %s uint64 epoch = 1; uint64 sequence = 2; hostedconnections.v1.Position after = 3; google.protobuf.Timestamp time = 4; "
    "string correlation = 5; string causation = 6; string actor = 7; %s skippable = 8; }")
NUMBER = "option (hostedconnections.message_number) = %d;"
REFUSED = {
    "message M { string a = 128; }": "numbers above 127",
    "message M { uint32 a = 1 [(hostedconnections.identifier) = \"PortID\"]; }": "only a string holds an identifier",
    "message M { optional string a = 1 [(hostedconnections.identifier) = \"PortID\"]; }": "never optional",
    "message M { map<bool, string> a = 1; }": "bool is not supported as a map's key",
    "message M { google.protobuf.Any a = 1; }": "is not among the generated files",
    "enum E { E_NONE = 0; }": "the first value must be E_UNSPECIFIED",
    "enum E { E_UNSPECIFIED = 0; OTHER = 1; }": "must begin with E_",
    "enum E { option allow_alias = true; E_UNSPECIFIED = 0; E_A = 0; }": "two values have the same number",
    "message M { message N {} } enum M2 { M2_UNSPECIFIED = 0; }": None,
    COMMON % (NUMBER % 9000, "bool"): None,
    COMMON % ("", "bool"): "belong together",
    COMMON % (NUMBER % 9000, "string"): "belong together",
    COMMON % (NUMBER % 70000, "bool"): "between 1 and 65535",
}

with tempfile.TemporaryDirectory() as scratch:
    scratch = pathlib.Path(scratch)
    plugin = scratch / "protoc-gen-messages"
    plugin.write_text(f'#!/bin/sh\nexec "{sys.executable}" -B "{folder}/Generator/protoc_plugin.py"\n')
    plugin.chmod(0o755)
    for source, expected in REFUSED.items():
        (scratch / "test.proto").write_text(HEAD + source)
        run = subprocess.run(
            ["protoc", f"-I{scratch}", f"-I{folder}/Proto", f"--plugin={plugin}", f"--messages_out={scratch}", "test.proto",
             "hostedconnections/v1/common.proto"], capture_output=True, text=True)
        if expected is None and run.returncode != 0:
            sys.exit(f"generator: refused: {source}\n{run.stderr}")
        if expected is not None and (run.returncode == 0 or expected not in run.stderr):
            sys.exit(f"generator: expected '{expected}' for: {source}\n{run.stderr}")
print(f"generator: {len(REFUSED)} files accepted or refused as they must be")
