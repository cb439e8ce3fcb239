"""Checks descriptions of admin APIs: valid OpenAPI 3.1, and every example as its schema says.

usage: openapi_check.py FILE...
"""

import sys

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator


def resolve(document, reference):
    node = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def media(document, node, where="#"):
    """Every body: where it is, its schema, its examples."""
    if isinstance(node, dict):
        if "schema" in node and where.endswith("application/json"):
            yield where, node
        for name, item in node.items():
            yield from media(document, item, f"{where}/{name}")


problems, bodies = [], 0
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    problems += [f"{path}: {error.message} at {list(error.absolute_path)}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    for where, body in media(document, document):
        bodies += 1
        examples = [resolve(document, e["$ref"])["value"] for e in body.get("examples", {}).values()]
        examples += [body["example"]] if "example" in body else []
        if not examples:
            problems.append(f"{path}: {where} has no example")
        # References inside the schema lead to the document's components.
        schema = {**body["schema"], "components": document["components"]}
        for example in examples:
            for error in Draft202012Validator(schema).iter_errors(example):
                problems.append(f"{path}: {where}: {error.json_path}: {error.message}")
for problem in problems:
    print(problem)
print(f"openapi: {len(sys.argv) - 1} files, {bodies} bodies, {len(problems)} problems")
sys.exit(1 if problems or not bodies else 0)
