"""Identifies and decodes a file with the compiled parser, for all versions.

`bmes` is the class that compile.mjs made of bmes.ksy.
"""

from io import BytesIO

from kaitaistruct import KaitaiStream

import version4
from parsing import named_errors


def identify(bmes, data):
    stream = KaitaiStream(BytesIO(data))
    with named_errors(stream, cut_at=0 if len(data) < 4 else 4):
        return {"version": bmes.Identification(stream).version}


def decode(bmes, data):
    version = identify(bmes, data)["version"]
    stream = KaitaiStream(BytesIO(data))
    if version == 4:
        # After the first eight bytes, only the header can be cut (v4-header-whole).
        with named_errors(stream, cut_at=len(data)):
            answer = version4.decode(bmes(stream).body)
    else:
        with named_errors(stream, cut_at=None):
            answer = decode_1_to_3(version, bmes(stream).body)
    return {"version": version, **answer}


def decode_1_to_3(version, body):
    if version == 1:
        record, offset = body.record, body.bytecode_start
    else:
        record, offset = body.metadata.record, body.bytecode_place.bytecode_offset

    answer = {
        "requests": [
            {
                "specifier": request.specifier.value,
                "attributes": [
                    {"key": attribute.key.value, "value": attribute.value.value}
                    for attribute in (request.attributes if request.has_attributes else [])
                ],
            }
            for request in record.requests
        ],
        "imports": [
            {
                "type": type_name(entry),
                "module_request": entry.module_request.value,
                "import_name": entry.import_name.value,
                "local_name": entry.local_name.value,
            }
            for entry in record.imports
        ],
        "exports": [
            {
                "type": type_name(entry),
                "export_name": entry.export_name.value,
                "module_name": entry.module_name.value,
                "import_name": entry.import_name.value,
                "local_name": entry.local_name.value,
            }
            for entry in record.exports
        ],
        "star_exports": [specifier.value for specifier in record.star_exports],
    }
    if version == 3:
        words = body.metadata.engine_words
        answer["declared_variables"] = variables(words.declared_variables)
        answer["lexical_variables"] = variables(words.lexical_variables)
        answer["code_features"] = words.code_features
    answer["bytecode"] = {"offset": offset, "length": len(body.bytecode)}
    return answer


def type_name(entry):
    return entry.type.name.replace("_", "-")


def variables(entries):
    return [{"name": entry.name.value, "bits": entry.bits} for entry in entries]
