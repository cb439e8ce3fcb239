"""protoc plugin: Swift structs with Protobuf and JSON coding for the messages of the contract. Run by generate.sh."""

import sys

from google.protobuf.compiler import plugin_pb2

from model import Schema, SchemaError
from swift import SwiftFile, message_types


def main():
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    response = plugin_pb2.CodeGeneratorResponse()
    response.supported_features = plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    wanted = set(request.file_to_generate)
    try:
        schema = Schema([file for file in request.proto_file if file.name in wanted])
        for file, messages, enums in schema.files:
            if messages or enums:
                name = file.name.removesuffix(".proto").replace("/", ".") + ".pb.swift"
                response.file.add(name=name, content=SwiftFile(schema, file, messages, enums, request.parameter).source.rstrip() + "\n")
        if schema.events:
            response.file.add(name="MessageType.pb.swift", content=message_types(schema))
    except SchemaError as error:
        response.error = str(error)
    sys.stdout.buffer.write(response.SerializeToString())


main()
