"""JSON schemas of messages in the proto3 JSON mapping, and the YAML they are written in."""

import json
import re

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

ID_TAIL = "[0-7][0-9a-hjkmnp-tv-z]{25}"
IDENTIFIERS = {
    "AccountID": "^[1-9][0-9]{15}$", "CircuitID": f"^cir-{ID_TAIL}$", "PortID": f"^pc-{ID_TAIL}$", "VBRID": f"^vbr-{ID_TAIL}$",
    "TransformationBatchID": f"^tfb-{ID_TAIL}$",
    "SubscriptionID": f"^sub-{ID_TAIL}$", "ChargeID": f"^chg-{ID_TAIL}$", "MessageID": f"^msg-{ID_TAIL}$",
    "ConnectionID": f"^(pc|vbr)-{ID_TAIL}$", "SagaID": f"^saga-{ID_TAIL}$", "PartyRequestID": f"^req-{ID_TAIL}$",
    "ApplicationID": f"^app-{ID_TAIL}$", "ResourceGroupID": f"^rg-{ID_TAIL}$", "AccessDeviceID": f"^dev-{ID_TAIL}$",
}
WHOLE = {
    Field.TYPE_INT32: (-(2**31), 2**31 - 1), Field.TYPE_SINT32: (-(2**31), 2**31 - 1), Field.TYPE_SFIXED32: (-(2**31), 2**31 - 1),
    Field.TYPE_UINT32: (0, 2**32 - 1), Field.TYPE_FIXED32: (0, 2**32 - 1),
}
LONG = {Field.TYPE_INT64, Field.TYPE_SINT64, Field.TYPE_SFIXED64, Field.TYPE_UINT64, Field.TYPE_FIXED64}
UNSIGNED = {Field.TYPE_UINT64, Field.TYPE_FIXED64}


def reference(kind, name):
    return {"$ref": f"#/components/{kind}/{name}"}


def value_schema(field, enums):
    kind = field.descriptor.type
    if field.identifier:
        return {"type": "string", "pattern": IDENTIFIERS[field.identifier]}
    if kind == Field.TYPE_MESSAGE:
        if field.descriptor.type_name == ".google.protobuf.Timestamp":
            return {"type": "string", "format": "date-time"}
        return reference("schemas", field.descriptor.type_name.rsplit(".", 1)[1])
    if kind == Field.TYPE_ENUM:
        return {"type": "string", "enum": [value[0] for value in enums[field.descriptor.type_name].values]}
    if kind in WHOLE:
        return {"type": "integer", "minimum": WHOLE[kind][0], "maximum": WHOLE[kind][1]}
    if kind in LONG:
        return {"type": "string", "pattern": "^[0-9]+$" if kind in UNSIGNED else "^-?[0-9]+$"}
    if kind == Field.TYPE_BYTES:
        return {"type": "string", "contentEncoding": "base64"}
    if kind == Field.TYPE_BOOL:
        return {"type": "boolean"}
    return {"type": "number" if kind in (Field.TYPE_FLOAT, Field.TYPE_DOUBLE) else "string"}


def object_schema(message, enums):
    properties = {}
    for field in message.fields:
        schema = value_schema(field, enums) if not field.map_entry else {}
        if field.map_entry:
            schema = {"type": "object", "additionalProperties": value_schema(field.map_entry.fields[1], enums)}
        elif field.is_repeated:
            schema = {"type": "array", "items": schema}
        if field.comment and "$ref" not in schema:
            schema["description"] = " ".join(field.comment)
        properties[field.json_name] = schema
    return {"type": "object", "additionalProperties": False, "properties": properties}


def yaml(value, indent=0):
    """YAML of plain dicts, lists and scalars; scalars in JSON's form, which YAML 1.2 reads."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        lines = []
        for name, item in value.items():
            label = name if re.fullmatch(r"[A-Za-z$_][\w.$-]*", name) else json.dumps(name)
            if isinstance(item, (dict, list)) and item:
                lines.append(f"{pad}{label}:\n{yaml(item, indent + 1)}")
            else:
                lines.append(f"{pad}{label}: {json.dumps(item, ensure_ascii=False)}")
        return "\n".join(lines)
    return "\n".join(
        f"{pad}- {yaml(item, indent + 1).lstrip()}" if isinstance(item, (dict, list)) and item else f"{pad}- {json.dumps(item, ensure_ascii=False)}"
        for item in value)
