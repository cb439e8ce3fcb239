"""Writes asyncapi.yaml: topics from Topic.swift, messages from the .proto files, examples from the golden payloads.

usage: asyncapi.py DESCRIPTOR_SET SCHEMA_FOLDER OUTPUT
"""

import json
import pathlib
import re
import sys

from google.protobuf import descriptor_pb2

from json_schema import object_schema, reference, yaml
from model import Schema, SchemaError

# Case of Topic, what it carries, key, senders, receivers, message numbers beside those of its own hundred.
TOPICS = [
    ("partner", "The partner's side to the tenant's side: offers and what becomes of them.", "connection id", ["partner-service"], ["tenant-service"], 1, []),
    ("tenant", "The tenant's side to the partner's side: acceptances, VBRs.", "connection id", ["tenant-service"], ["partner-service"], 2, [104, 105, 120, 121]),
    ("accounts", "Facts about accounts, from the service that holds them.", "account id", ["partner-service", "tenant-service"], ["partner-service", "tenant-service"], 3, []),
    ("notifications", "For whoever tells people.", "account id", ["partner-service", "tenant-service"], [], 4, []),
    ("billingRequests", "What our services ask of billing systems.", "subscription id", ["partner-service", "tenant-service"], ["billing"], 5, []),
    ("billingEvents", "What billing systems tell our services.", "subscription id; account id for facts about an account", ["billing"], ["partner-service", "tenant-service"], 6, []),
    ("networkCommands", "The state that access devices are to have.", "connection id", ["partner-service"], ["network"], 7, []),
    ("networkEvents", "What access devices have applied.", "connection id", ["network"], ["partner-service"], 8, []),
    ("partnerDeadLetters", "What partner-service could not handle.", "as the source", ["partner-service"], [], 9, []),
    ("tenantDeadLetters", "What tenant-service could not handle.", "as the source", ["tenant-service"], [], 9, []),
]
# What travels on topics; the bodies of HTTP APIs are described elsewhere.
PACKAGES = ("hostedconnections.v1", "hostedconnections.billing.v1", "hostedconnections.network.v1")
COMMON_NAMES = ["epoch", "sequence", "after", "time", "correlation", "causation", "actor", "skippable"]


def topic_names(schema_folder):
    source = (schema_folder / "Records/Topic.swift").read_text()
    names = dict(re.findall(r'case \.(\w+): "([^"]+)"', source))
    if set(names) != {topic[0] for topic in TOPICS}:
        raise SchemaError("asyncapi.py: its table of topics differs from Topic.swift")
    numbers = {name: int(value.replace("_", "")) for name, value in re.findall(r"static let (\w+)(?:: \w+)? = ([\d_]+)", source)}
    return names, numbers


def payload_schema(message, enums):
    schema = object_schema(message, enums)
    if message.is_event:
        schema["properties"] = {
            **{name: reference("schemas", f"CommonPart/properties/{name}") for name in COMMON_NAMES}, **schema["properties"]}
    return schema


def common_schema():
    text, number = {"type": "string"}, {"type": "string", "pattern": "^[0-9]+$"}
    return {
        "type": "object",
        "description": "Fields 1 - 8 of every message of ours. Billing systems and devices leave them out.",
        "properties": {
            "epoch": {**number, "description": "The sender's epoch, a new one at each of its starts."},
            "sequence": {**number, "description": "Number on its channel (source, topic, key), from 1; 0 without a channel."},
            "after": reference("schemas", "Position"),
            "time": {"type": "string", "format": "date-time", "description": "When the sender decided what the message says."},
            "correlation": {**text, "description": "Id of the command that began the whole exchange."},
            "causation": {**text, "description": "Id of the message that led to this one."},
            "actor": {**text, "description": "The account, operator or service that caused it."},
            "skippable": {"type": "boolean", "description": "Whether a receiver that does not know the type may record it and pass it over."},
        },
    }


def header_schema(message):
    attribute = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "CloudEvents 1.0 in Kafka's binary mode. Structured mode has the header content-type only.",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "content-type"],
        "properties": {
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_id": attribute,
            "ce_source": attribute,
            "ce_type": {"type": "string", "const": message.full_name},
            "content-type": {"type": "string", "enum": ["application/protobuf", "application/json"]},
            "traceparent": {"type": "string"},
        },
    }


def example(golden, message):
    paths = sorted(golden.glob(f"{message.name}.*.json"), key=lambda path: int(path.name.split(".")[1]))
    if not paths:
        raise SchemaError(f"{message.full_name} has no golden payload: add Golden/{message.name}.1.json")
    return json.loads(paths[-1].read_text())


def document(schema, names, numbers, golden):
    enums = {"." + e.full_name: e for _, declared, top in schema.files for e in [*top, *(e for m in declared for e in m.enums)]}
    channels, operations, messages = {}, {}, {}
    for case, description, key, senders, receivers, hundred, others in TOPICS:
        carried = [m for m in schema.events if m.number // 100 == hundred or m.number in others]
        channels[case] = {
            "address": names[case],
            "title": names[case],
            "description": f"{description} Key: {key}. The name may carry a prefix.",
            "messages": {m.name: reference("messages", m.name) for m in carried},
            "bindings": {"kafka": {
                "topic": names[case], "partitions": numbers["partitionCount"],
                "topicConfiguration": {
                    "cleanup.policy": ["delete"], "retention.ms": numbers["retentionMilliseconds"],
                    "max.message.bytes": numbers["maximumMessageBytes"]},
                "bindingVersion": "0.5.0"}},
        }
        for action, parties in (("send", senders), ("receive", receivers)):
            for party in parties:
                operations[f"{party}.{action}.{case}"] = {
                    "action": action,
                    "title": f"{party} {action}s on {names[case]}",
                    "channel": {"$ref": f"#/channels/{case}"},
                    "messages": [{"$ref": f"#/channels/{case}/messages/{m.name}"} for m in carried],
                }
    schemas = {"CommonPart": common_schema()}
    pending = [m for file, declared, _ in schema.files if file.package in PACKAGES for m in declared]
    while pending:
        message = pending.pop(0)
        schemas[message.name] = payload_schema(message, enums)
        pending += [nested for nested in message.nested if not nested.is_map_entry]
    for message in schema.events:
        payload = example(golden, message)
        messages[message.name] = {
            "name": message.full_name,
            "title": message.name,
            "summary": " ".join(message.comment),
            "headers": header_schema(message),
            "payload": reference("schemas", message.name),
            "examples": [{"name": message.name, "payload": payload}],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hosted Connections",
            "version": "1.0.0",
            "description": (
                "Messages between partner-service, tenant-service, billing systems and access devices. CloudEvents 1.0 on Kafka. "
                "Bodies are Protobuf (the .proto files next to this one) or its proto3 JSON mapping, told apart by content-type; "
                "the schemas and examples here show the JSON form. The contract only grows."),
        },
        "defaultContentType": "application/protobuf",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def main():
    descriptor_set, folder, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(descriptor_set).read_bytes())
    try:
        schema = Schema([file for file in files.file if not file.package.startswith("google.")])
        text = yaml(document(schema, *topic_names(folder), folder / "Golden"))
    except SchemaError as error:
        sys.exit(f"generate.sh: {error}")
    output.write_text("# Written by generate.sh from Topic.swift, the .proto files and the golden payloads. Do not edit.\n" + text + "\n")


main()
