"""Checks that every $ref of an AsyncAPI file leads somewhere and that every message has an example of its schema's fields.

usage: asyncapi_check.py FILE
"""

import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    document = yaml.safe_load(file)


def resolve(reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def references(node, where="#"):
    if isinstance(node, dict):
        if "$ref" in node:
            yield where, node["$ref"]
        for name, item in node.items():
            yield from references(item, f"{where}/{name}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, f"{where}/{index}")


problems = []
count = 0
for where, reference in references(document):
    count += 1
    try:
        resolve(reference)
    except (KeyError, TypeError):
        problems.append(f"{where}: {reference} leads nowhere")
for name, message in document["components"]["messages"].items():
    fields = resolve(message["payload"]["$ref"])["properties"]
    for example in message.get("examples") or [{"payload": {"(no example)": None}}]:
        problems += [f"{name}: the example has {field}, the schema has not" for field in example["payload"] if field not in fields]
used = {reference for channel in document["channels"].values() for _, reference in references(channel)}
problems += [f"{name} is on no channel" for name in document["components"]["messages"] if f"#/components/messages/{name}" not in used]
if problems or count == 0:
    sys.exit("\n".join(problems) or "no $ref found")
print(f"asyncapi: {count} references, {len(document['components']['messages'])} messages, nothing dangling")
