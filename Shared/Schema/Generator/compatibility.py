"""Refuses a change to the contract that old readers or stored messages would not survive.

The contract is what travels on topics: packages hostedconnections.v1 and hostedconnections.billing.v1. Numbers, types and
names of what was once published never change; messages, fields and values are only added.

usage: compatibility.py OLD_DESCRIPTOR_SET NEW_DESCRIPTOR_SET
"""

import pathlib
import sys

from google.protobuf import descriptor_pb2

from model import IDENTIFIER_OPTION, MESSAGE_NUMBER_OPTION, option

PACKAGES = ("hostedconnections.v1", "hostedconnections.billing.v1")


def facts(path):
    """Every name of the contract with what must not change about it."""
    found = {}

    def enum(prefix, descriptor):
        found[f"enum {prefix}.{descriptor.name}"] = ""
        for value in descriptor.value:
            found[f"value {prefix}.{descriptor.name}.{value.name}"] = f"number {value.number}"

    def message(prefix, descriptor):
        name = f"{prefix}.{descriptor.name}"
        found[f"message {name}"] = f"message number {option(descriptor.options, MESSAGE_NUMBER_OPTION)}"
        for field in descriptor.field:
            oneof = descriptor.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else "none"
            identifier = option(field.options, IDENTIFIER_OPTION)
            found[f"field {name}.{field.name}"] = (
                f"number {field.number}, type {field.type} {field.type_name}, label {field.label}, JSON name {field.json_name}, "
                f"oneof {oneof}, identifier {identifier.decode() if identifier else 'none'}")
        for nested in descriptor.nested_type:
            message(name, nested)
        for nested in descriptor.enum_type:
            enum(name, nested)

    for file in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(path).read_bytes()).file:
        if file.package in PACKAGES:
            for descriptor in file.message_type:
                message(file.package, descriptor)
            for descriptor in file.enum_type:
                enum(file.package, descriptor)
    return found


old, new = facts(sys.argv[1]), facts(sys.argv[2])
problems = [f"{name} is gone" for name in old if name not in new]
problems += [f"{name}: was {fact}; is {new[name]}" for name, fact in old.items() if name in new and new[name] != fact]
if problems:
    sys.exit("\n".join(["the contract only grows, but:", *problems]))
