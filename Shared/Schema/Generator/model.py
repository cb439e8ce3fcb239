"""What the generator knows about the .proto files: messages, fields, enumerations, their comments and Swift names."""

import re

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

IDENTIFIER_OPTION = 50100
MESSAGE_NUMBER_OPTION = 50101

# Fields 1 - 8 of an event message, which Swift keeps in one CommonPart.
COMMON_PART = [
    ("epoch", 1, Field.TYPE_UINT64, ""),
    ("sequence", 2, Field.TYPE_UINT64, ""),
    ("after", 3, Field.TYPE_MESSAGE, ".hostedconnections.v1.Position"),
    ("time", 4, Field.TYPE_MESSAGE, ".google.protobuf.Timestamp"),
    ("correlation", 5, Field.TYPE_STRING, ""),
    ("causation", 6, Field.TYPE_STRING, ""),
    ("actor", 7, Field.TYPE_STRING, ""),
    ("skippable", 8, Field.TYPE_BOOL, ""),
]
LARGEST_FIELD_NUMBER = 127

ACRONYMS = {
    "id": "ID", "ids": "IDs", "vlan": "VLAN", "vlans": "VLANs", "vbr": "VBR", "vbrs": "VBRs", "ipv4": "IPv4", "ipv6": "IPv6",
    "url": "URL", "json": "JSON", "sha256": "SHA256", "api": "API", "http": "HTTP", "utf8": "UTF8",
}
KEYWORDS = set(
    "as associatedtype break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate for "
    "func guard if import in init inout internal is let nil operator precedencegroup private protocol public repeat rethrows return "
    "self Self static struct subscript super switch throw throws true try typealias var where while".split())


class SchemaError(Exception):
    """A .proto file asks for something the generator does not do."""


def property_name(proto_name):
    first, *rest = proto_name.split("_")
    name = first + "".join(ACRONYMS.get(word, word[:1].upper() + word[1:]) for word in rest)
    return f"`{name}`" if name in KEYWORDS else name


def type_case_name(type_name):
    """`PortOffered` becomes `portOffered`, `VBRCreated` becomes `vbrCreated`."""
    run = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z]", type_name).group()
    return run.lower() + type_name[len(run):]


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position


def option(options, number):
    """The value of one of our options, read from the serialized options: no compiled options module is needed."""
    data, position, found = options.SerializeToString(), 0, None
    while position < len(data):
        tag, position = varint(data, position)
        if tag & 7 == 0:
            value, position = varint(data, position)
        elif tag & 7 == 2:
            length, position = varint(data, position)
            value, position = data[position:position + length], position + length
        else:
            width = 8 if tag & 7 == 1 else 4
            value, position = data[position:position + width], position + width
        if tag >> 3 == number:
            found = value
    return found


class Comments:
    def __init__(self, file):
        self.locations = {tuple(location.path): location for location in file.source_code_info.location}

    def at(self, path):
        location = self.locations.get(tuple(path))
        text = (location.leading_comments or location.trailing_comments) if location else ""
        return [line.strip() for line in text.strip().splitlines()]


class EnumType:
    def __init__(self, descriptor, full_name, swift_name, comments, path):
        self.descriptor = descriptor
        self.full_name, self.swift_name = full_name, swift_name
        self.comment = comments.at(path)
        prefix = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", descriptor.name).upper() + "_"
        self.values = []
        for index, value in enumerate(descriptor.value):
            if not value.name.startswith(prefix):
                raise SchemaError(f"{full_name}: the value {value.name} must begin with {prefix}")
            case = property_name(value.name[len(prefix):].lower())
            self.values.append((value.name, case, value.number, comments.at([*path, 2, index])))
        if self.values[0][0] != prefix + "UNSPECIFIED":
            raise SchemaError(f"{full_name}: the first value must be {prefix}UNSPECIFIED")
        if len({number for _, _, number, _ in self.values}) != len(self.values):
            raise SchemaError(f"{full_name}: two values have the same number")


class MessageField:
    def __init__(self, descriptor, comment):
        self.descriptor = descriptor
        self.proto_name, self.number, self.json_name = descriptor.name, descriptor.number, descriptor.json_name
        self.name = property_name(descriptor.name)
        self.comment = comment
        self.is_repeated = descriptor.label == Field.LABEL_REPEATED
        self.is_message = descriptor.type == Field.TYPE_MESSAGE
        self.has_presence = descriptor.proto3_optional or (self.is_message and not self.is_repeated)
        identifier = option(descriptor.options, IDENTIFIER_OPTION)
        self.identifier = identifier.decode() if identifier else None
        self.map_entry = None
        self.oneof = None
        if self.number > LARGEST_FIELD_NUMBER:
            raise SchemaError(f"field {self.proto_name}: numbers above {LARGEST_FIELD_NUMBER} are not supported")
        if descriptor.type == Field.TYPE_GROUP:
            raise SchemaError(f"field {self.proto_name}: groups are not supported")
        if self.identifier and descriptor.type != Field.TYPE_STRING:
            raise SchemaError(f"field {self.proto_name}: only a string holds an identifier")
        if self.identifier and descriptor.proto3_optional:
            raise SchemaError(f"field {self.proto_name}: an identifier is absent when empty and is never optional")


class OneOf:
    def __init__(self, name, comment):
        self.name = property_name(name)
        self.type_name = ACRONYMS.get(name, "".join(ACRONYMS.get(w, w[:1].upper() + w[1:]) for w in name.split("_")))
        self.comment = comment
        self.fields = []


class MessageType:
    def __init__(self, descriptor, full_name, swift_name, comments, path, depth=0):
        self.descriptor = descriptor
        self.full_name, self.swift_name, self.depth = full_name, swift_name, depth
        self.name = swift_name.split(".")[-1]
        self.comment = comments.at(path)
        self.number = option(descriptor.options, MESSAGE_NUMBER_OPTION)
        self.is_map_entry = descriptor.options.map_entry
        self.enums = [
            EnumType(e, f"{full_name}.{e.name}", f"{swift_name}.{e.name}", comments, [*path, 4, i])
            for i, e in enumerate(descriptor.enum_type)]
        self.nested = [
            MessageType(m, f"{full_name}.{m.name}", f"{swift_name}.{m.name}", comments, [*path, 3, i], depth + 1)
            for i, m in enumerate(descriptor.nested_type)]
        fields = [MessageField(f, comments.at([*path, 2, i])) for i, f in enumerate(descriptor.field)]
        entries = {"." + m.full_name: m for m in self.nested if m.is_map_entry}
        for field in fields:
            field.map_entry = entries.get(field.descriptor.type_name)
        self.oneofs = self.find_oneofs(fields, comments, path)
        self.is_event = self.number is not None
        has_common = self.has_common_part(fields)
        if self.is_event != has_common:
            raise SchemaError(f"{full_name}: a message number and the common part (fields 1 - 8) belong together")
        self.fields = [f for f in fields if not (has_common and f.number <= 8)]
        self.fields.sort(key=lambda field: field.number)

    def find_oneofs(self, fields, comments, path):
        groups = [OneOf(o.name, comments.at([*path, 8, i])) for i, o in enumerate(self.descriptor.oneof_decl)]
        for field in fields:
            if field.descriptor.HasField("oneof_index") and not field.descriptor.proto3_optional:
                field.oneof = groups[field.descriptor.oneof_index]
                field.oneof.fields.append(field)
        return [group for group in groups if group.fields]

    @staticmethod
    def has_common_part(fields):
        found = [(f.proto_name, f.number, f.descriptor.type, f.descriptor.type_name) for f in fields if f.number <= 8]
        return sorted(found, key=lambda f: f[1]) == COMMON_PART


class Schema:
    """All files of one run of protoc."""

    def __init__(self, files):
        self.files = []
        self.types = {".google.protobuf.Timestamp": "Timestamp"}
        self.events = []
        used = {}
        for file in files:
            comments = Comments(file)
            prefix = file.options.swift_prefix
            messages = [
                MessageType(m, f"{file.package}.{m.name}", prefix + m.name, comments, [4, i]) for i, m in enumerate(file.message_type)]
            enums = [
                EnumType(e, f"{file.package}.{e.name}", prefix + e.name, comments, [5, i]) for i, e in enumerate(file.enum_type)]
            for kind in [*messages, *enums]:
                other = used.setdefault(kind.swift_name, kind.full_name)
                if other != kind.full_name:
                    raise SchemaError(f"{kind.full_name} and {other} have the same Swift name; set swift_prefix in one file")
            self.files.append((file, messages, enums))
            self.register(messages, enums)
            self.events += [m for m in messages if m.is_event]
        self.events.sort(key=lambda message: message.number)
        numbers = [message.number for message in self.events]
        if len(set(numbers)) != len(numbers) or any(not 0 < number < 65536 for number in numbers):
            raise SchemaError("message numbers must differ and lie between 1 and 65535")

    def register(self, messages, enums):
        for enum in enums:
            self.types["." + enum.full_name] = enum.swift_name
        for message in messages:
            self.types["." + message.full_name] = message.swift_name
            self.register(message.nested, message.enums)
