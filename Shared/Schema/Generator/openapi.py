"""Writes the OpenAPI 3.1 description of each service's admin API: routes from routes.py, bodies from the .proto files.

usage: openapi.py DESCRIPTOR_SET REFUSALS_SWIFT OUTPUT_FOLDER
"""

import pathlib
import re
import sys

from google.protobuf import descriptor_pb2

from examples import Examples
from json_schema import IDENTIFIERS, object_schema, reference, yaml
from model import Schema, SchemaError
from routes import ALL, BILLING, NETWORK, PARTNER, ROUTES, TENANT

PACKAGE = "hostedconnections.admin.v1"
ABOUT = {
    PARTNER: "The network carrier's side of hosted connections: circuits, offers, and the supply side of every shared port.",
    TENANT: "The tenants' side of hosted connections: acceptances, payments, VBRs.",
    BILLING: "A stand-in for a billing system, in the demo and in tests.",
    NETWORK: "A stand-in for the carrier's access devices, in the demo and in tests.",
}
HOW = """
Every request carries a bearer token: the operator's, which acts as the carrier's staff, or an account's, which acts as that account
only. What an account may not know of is answered as if it were not there.

A command is a POST. It is answered after its commit; what it causes at the other party, in billing or on access devices follows,
and the answer's `waitingFor` says what is waited for. The request is the confirmation: nothing is asked back. `dryRun=true` answers
as the command would be and changes nothing; an `Idempotency-Key` makes it safe to send the same command again. Of most commands there
is a bulk form, `POST …:bulk`, that answers each item by itself.

Lists come in pages: ask again with `pageToken` until `nextPageToken` is empty.

A refusal has a stable code, a text for people, the field and the object in the way, and the next step that is open.

64-bit integers are decimal text, as in Protobuf's JSON mapping. Answers may grow by fields, requests with unknown fields are refused."""

# What the {id} of a path names, by the noun before it.
PATH_IDS = {
    "accounts": "AccountID", "circuits": "CircuitID", "ports": "PortID", "vbrs": "VBRID", "pushed-vbrs": "VBRID", "transformation-batches": "TransformationBatchID", "sagas": "SagaID", "devices": "ConnectionID", "subscriptions": "SubscriptionID",
    "requests": "PartyRequestID", "privilege-applications": "ApplicationID", "dead-letters": None,
}
TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
QUERY = {
    "pageSize": ("Items on a page.", {"type": "integer", "minimum": 1, "maximum": 1000}),
    "pageToken": ("`nextPageToken` of the page before.", TEXT),
    "dryRun": ("Answer as the command would be, and change nothing.", FLAG),
    "circuitId": ("Only those on this circuit.", {"type": "string", "pattern": IDENTIFIERS["CircuitID"]}),
    "partnerAccountId": ("Only this partner's.", {"type": "string", "pattern": IDENTIFIERS["AccountID"]}),
    "tenantAccountId": ("Only this tenant's.", {"type": "string", "pattern": IDENTIFIERS["AccountID"]}),
    "accountId": ("Only this account's.", {"type": "string", "pattern": IDENTIFIERS["AccountID"]}),
    "portId": ("Only those about this port.", {"type": "string", "pattern": IDENTIFIERS["PortID"]}),
    "connectionId": ("Only those of this connection.", {"type": "string", "pattern": IDENTIFIERS["ConnectionID"]}),
    "region": ("Only those in this region.", TEXT),
    "callerRegion": ("The region that the caller works in: what lies in another one is not found.", TEXT),
    "acceptance": ("Only those in this state of acceptance, such as `confirmed`.", TEXT),
    "service": ("Only those in this state of service, such as `enabled`.", TEXT),
    "billing": ("Only those in this state of billing, such as `paid`.", TEXT),
    "association": ("Only those in this state of association, such as `associated`.", TEXT),
    "state": ("Only those in this state.", TEXT),
    "phase": ("Only those in this phase.", TEXT),
    "definition": ("Only those of this definition, such as `vlan-change`.", TEXT),
    "overdue": ("Only those that have waited longer than they should.", FLAG),
}
# Fields that a command can't do without, beside the id it begins with.
REQUIRED = {
    "AccountInput": ["name", "site"], "CircuitInput": ["name", "region", "accessPoint", "bandwidthMbps"],
    "OfferInput": ["tenantAccountId", "vlanId", "bandwidthMbps"], "VBRInput": ["name", "cloudIpv4", "clientIpv4", "subnetMask"],
    "VLANChangeInput": ["vlanId"], "BandwidthChangeInput": ["bandwidthMbps"],
    "PrivilegeApplicationInput": ["applied"], "ResourceGroupInput": ["name"], "AccessDeviceInput": ["name"], "PayerChangeInput": ["payer"],
    "RequestInput": ["kind"],
}
# Commands that can do without that id: the account is the token's, or something else is named.
WITHOUT_FIRST_ID = {"ResourceGroupInput", "AccessDeviceInput", "PrivilegeApplicationInput", "TransformationBatchInput"}
STATUSES = {
    "400": ("The request is not as it must be.", "invalid"),
    "401": ("No token, or one that nobody has.", "unauthenticated"),
    "403": ("The caller may not do this.", "forbidden"),
    "404": ("There is none, or none that the caller may know of.", "notFound"),
    "409": ("It does not go with how things stand.", "conflict"),
    "503": ("Too much waits already, or the service stops. Try again.", "unavailable"),
}


def refusal_codes(path):
    """The stable codes of each category of refusals."""
    source = path.read_text()
    codes = dict(re.findall(r'case (\w+) = "(\w+)"', source))
    switch = re.search(r"var category: RefusalCategory \{\s*switch self \{(.*?)\n        \}", source, re.S)
    if not codes or not switch:
        raise SchemaError(f"openapi.py: the codes of {path} can't be found")
    categories = {}
    for cases, category in re.findall(r"case ((?:\.\w+,?\s*)+):\s*\.(\w+)", switch.group(1)):
        categories.setdefault(category, []).extend(codes[name] for name in re.findall(r"\.(\w+)", cases))
    return categories


class Description:
    """One service's API."""

    def __init__(self, service, schema, codes):
        self.service, self.codes = service, codes
        self.enums = {"." + e.full_name: e for _, declared, top in schema.files for e in [*top, *(e for m in declared for e in m.enums)]}
        self.messages = {m.name: m for file, declared, _ in schema.files if file.package == PACKAGE for m in declared}
        self.lists = {self.item(m): name for name, m in self.messages.items() if name.endswith("Input") and self.item(m)}
        self.answers = {self.shown(m): name for name, m in self.messages.items() if name.endswith("Answers")}
        self.examples = Examples(self.messages, self.enums)
        self.inputs, self.used = set(), []

    @staticmethod
    def item(message):
        """What a message is a list of, if it is nothing else."""
        if [field.json_name for field in message.fields] == ["items"]:
            return message.fields[0].descriptor.type_name.rsplit(".", 1)[1]
        return None

    def shown(self, answers):
        """What the items of a bulk answer show."""
        return next(f.descriptor.type_name.rsplit(".", 1)[1] for f in self.messages[self.item(answers)].fields if f.json_name != "error")

    def schema_of(self, name):
        if name not in self.messages:
            raise SchemaError(f"openapi.py: routes.py names {name}, which {PACKAGE} has not")
        if name not in self.used:
            self.used.append(name)
        return reference("schemas", name)

    def body(self, name):
        return {"application/json": {"schema": self.schema_of(name), "examples": {name: reference("examples", name)}}}

    def take(self, name):
        """Notes that clients send this message and what is in it."""
        if name in self.inputs:
            return
        self.inputs.add(name)
        for field in self.messages[name].fields:
            inner = field.descriptor.type_name.rsplit(".", 1)[-1]
            if field.is_message and inner in self.messages:
                self.take(inner)

    def parameters(self, route, is_bulk):
        parameters = []
        if "{id}" in route.path:
            identifier = PATH_IDS[route.noun]
            schema = {"type": "string", "pattern": IDENTIFIERS[identifier]} if identifier else {"type": "integer", "minimum": 1}
            parameters.append({"name": "id", "in": "path", "required": True, "schema": schema})
        names = list(route.query)
        if route.method == "GET" and any(f.json_name == "nextPageToken" for f in self.messages[route.output].fields):
            names += ["pageSize", "pageToken"]
        if route.has_dry_run:
            names.append("dryRun")
        if route.is_kept:
            names.append("callerRegion")
        parameters += [reference("parameters", name) for name in names]
        if route.is_kept:
            parameters.append(reference("parameters", "Idempotency-Key"))
        if is_bulk:
            parameters.append(reference("parameters", "Prefer"))
        return parameters

    def operation(self, route, is_bulk=False):
        input, output = route.input, route.output
        if is_bulk:
            input, output = self.lists[route.input], self.answers[route.output]
        operation = {
            "operationId": route.operation + ("Bulk" if is_bulk else ""),
            "summary": route.summary + (", many at once" if is_bulk else ""),
            "tags": [route.noun],
        }
        about = " ".join(self.messages[route.input].comment) if route.input else ""
        if route.staff:
            about = f"{about} Staff only: for anybody else there is nothing at this path.".strip()
            operation["x-staff-only"] = True
        if about:
            operation["description"] = about
        if parameters := self.parameters(route, is_bulk):
            operation["parameters"] = parameters
        if input:
            self.schema_of(input)
            self.take(input)
            operation["requestBody"] = {"required": True, "content": self.body(input)}
        operation["responses"] = self.responses(route, output, is_bulk)
        return operation

    def responses(self, route, output, is_bulk):
        content = self.body(output) if output else {"application/json": {"schema": {"type": "object"}, "example": {}}}
        if is_bulk:
            done = {"200": {"description": "What became of each item, in the order of the request.", "content": content}}
        elif route.method == "GET" or not route.creates:
            done = {"200": {"description": "Done." if route.is_command else "Found.", "content": content}}
        else:
            done = {"201": {"description": "Something new was made.", "content": content}}
            if route.input:
                done["200"] = {"description": "It was there already, just so.", "content": content}
        statuses = [status for status in STATUSES if route.is_command or status not in ("403", "409")]
        if "{id}" not in route.path and not route.is_command and not route.staff:
            statuses.remove("404")
        return {**dict(sorted(done.items())), **{s: reference("responses", s) for s in statuses}, "default": reference("responses", "Error")}

    def paths(self):
        paths = {}
        for route in ROUTES:
            if self.service not in route.services:
                continue
            paths.setdefault(route.path, {})[route.method.lower()] = self.operation(route)
            if route.is_command and not set("{:") & set(route.path) and route.input in self.lists:
                paths.setdefault(f"{route.path}:bulk", {})["post"] = self.operation(route, is_bulk=True)
        return paths

    def schemas(self):
        schemas, pending = {}, [*self.used, "ErrorBody"]
        while pending:
            name = pending.pop(0)
            if name in schemas:
                continue
            message = self.messages[name]
            schema = object_schema(message, self.enums)
            if message.comment:
                schema = {"type": "object", "description": " ".join(message.comment), **schema}
            if name in self.inputs:
                if required := self.required(message):
                    schema["required"] = required
            else:
                del schema["additionalProperties"]
            schemas[name] = schema
            pending += [
                f.descriptor.type_name.rsplit(".", 1)[1] for f in message.fields
                if f.is_message and not f.map_entry and f.descriptor.type_name != ".google.protobuf.Timestamp"]
        return dict(sorted(schemas.items()))

    @staticmethod
    def required(message):
        if not message.name.endswith("Input"):
            return []
        first = [f.json_name for f in message.fields if f.number == 1 and (f.identifier or f.json_name == "items")]
        if message.name in WITHOUT_FIRST_ID:
            first = []
        return first + [name for name in REQUIRED.get(message.name, []) if name not in first]

    def error(self, description, codes=()):
        if codes:
            description += " Codes: " + ", ".join(f"`{code}`" for code in codes) + "."
        return {"description": description, "content": self.body("ErrorBody")}

    def parameter_components(self, paths):
        text = str(paths)
        found = {}
        for name, (description, schema) in QUERY.items():
            found[name] = {"name": "region" if name == "callerRegion" else name, "in": "query", "description": description, "schema": schema}
        found["Idempotency-Key"] = {
            "name": "Idempotency-Key", "in": "header",
            "description": "Makes sure that the command is carried out once: the same key with the same request gets the same answer, "
                           "with another request it is refused (`idempotency_key_reused`). 1 - 255 visible ASCII characters.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}}
        found["Prefer"] = {
            "name": "Prefer", "in": "header",
            "description": "`return=minimal` (RFC 7240) has each item answered by its id or its refusal only.",
            "schema": {"type": "string"}, "example": "return=minimal"}
        return {name: parameter for name, parameter in found.items() if f"'#/components/parameters/{name}'" in text}

    def document(self):
        paths = self.paths()
        responses = {status: self.error(text, self.codes.get(category, ())) for status, (text, category) in STATUSES.items()}
        responses["Error"] = self.error("Any other error: what HTTP itself is refused for, or a fault inside (500).")
        nouns = list(dict.fromkeys(route.noun for route in ROUTES if self.service in route.services))
        return {
            "openapi": "3.1.1",
            "info": {
                "title": f"{self.service} admin API",
                "version": "1.0.0",
                "description": ABOUT[self.service] + "\n" + HOW,
                "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{
                "url": "{scheme}://{address}", "description": "Wherever it was set up: `http.address` and `http.port` of its configuration.",
                "variables": {"scheme": {"default": "http", "enum": ["http", "https"]}, "address": {"default": "127.0.0.1:8080"}}}],
            "security": [{"bearer": []}],
            "tags": [{"name": noun} for noun in nouns],
            "paths": paths,
            "components": {
                "securitySchemes": {"bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "The operator's token, or one from `POST /admin/v1/accounts/{id}:issue-token`."}},
                "parameters": self.parameter_components(paths),
                "responses": responses,
                "examples": {name: {"value": self.examples.of(name)} for name in sorted(self.used)},
                "schemas": self.schemas(),
            },
        }


def main():
    descriptor_set, refusals, folder = (pathlib.Path(argument) for argument in sys.argv[1:4])
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set.read_bytes())
    try:
        schema = Schema([file for file in files.file if not file.package.startswith("google.")])
        codes = refusal_codes(refusals)
        for service in ALL:
            text = yaml(Description(service, schema, codes).document())
            (folder / f"{service}.yaml").write_text(
                "# Written by generate.sh from routes.py, the .proto files and the codes of refusals. Do not edit.\n" + text + "\n")
    except SchemaError as error:
        sys.exit(f"generate.sh: {error}")


main()
