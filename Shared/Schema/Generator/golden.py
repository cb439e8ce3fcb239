"""Writes the Protobuf form of each golden JSON payload that has none yet; one that is there is never touched.

usage: golden.py DESCRIPTOR_SET GOLDEN_FOLDER
"""

import pathlib
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

pool = descriptor_pool.DescriptorPool()
names = {}
for file in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(sys.argv[1]).read_bytes()).file:
    pool.Add(file)
    names.update({message.name: f"{file.package}.{message.name}" for message in file.message_type})

for path in sorted(pathlib.Path(sys.argv[2]).glob("*.json")):
    binary = path.with_suffix(".bin")
    if not binary.exists():
        descriptor = pool.FindMessageTypeByName(names[path.name.split(".")[0]])
        message = message_factory.MessageFactory(pool).GetPrototype(descriptor)()
        json_format.Parse(path.read_text(), message)
        binary.write_bytes(message.SerializeToString(deterministic=True))
