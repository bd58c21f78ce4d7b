"""What a reader of version 4 does besides the conditions of bmes.ksy: checksums, orders, kinds.

The compiled parser reads the header, the metadata and each column of a list when they are first
used. The checks below use them in the order of v4-first-error.
"""

from zlib import crc32

from kaitaistruct import ValidationFailedError

from parsing import Rejected, rejection

NONE = 0xFFFFFFFF
EVALUATION = 0


def decode(body):
    """Returns the record of a file, and the places of its text and its bytecode."""
    check_crc(body.header_crc_input, body.header_crc, 108)
    header = body.header
    check_crc(body.metadata_crc_input, header.metadata_crc, 96)
    metadata = body.metadata
    check_strings(metadata)
    check_requests(metadata)
    check_imports(metadata)
    check_exports(metadata)
    check_ascending(metadata.declared_variables.name)
    check_ascending(metadata.lexical_variables.name)
    return record(header, metadata)


def check_crc(data, expected, offset):
    if crc32(data) != expected:
        raise Rejected("bad-checksum", offset, f"the checksum of {len(data)} bytes")


def check_strings(metadata):
    # Code points have the same order as their UTF-8 (v4-strings-ascend).
    strings = metadata.strings
    for i in range(1, len(strings)):
        if strings[i] <= strings[i - 1]:
            raise wrong_value("bad-order", metadata.string_end, i)


def check_requests(metadata):
    requests = metadata.requests
    attributes = metadata.attributes
    specifiers = requests.specifier.values
    phases = requests.phase.values
    requests.attribute_end.check_total
    ends = requests.attribute_end.values

    check_ascending(attributes.key, starts={0, *ends})
    keys = attributes.key.values
    values = attributes.value.values

    def sort_key(request):
        first = ends[request - 1] if request else 0
        pairs = zip(keys[first : ends[request]], values[first : ends[request]])
        return [specifiers[request], phases[request], *(index for pair in pairs for index in pair)]

    # Each sort key is computed once: a request that comes again is an error.
    order, error = values_and_error(requests.order)
    last = None
    for i, request in enumerate(order):
        current = sort_key(request)
        if i > 0 and current <= last:
            raise wrong_value("bad-order", requests.order, i)
        last = current
    if error:
        raise error


def check_imports(metadata):
    imports = metadata.imports
    phases = metadata.requests.phase.values
    check_ascending(imports.local_name, empty=empty_string(metadata))
    requests = imports.request.values
    import_names = imports.import_name.values
    for i, import_name in enumerate(import_names):
        if import_name != NONE and phases[requests[i]] != EVALUATION:
            raise wrong_value("bad-entry", imports.import_name, i)

    tolerant_imports = metadata.tolerant_imports
    check_ascending(tolerant_imports)
    for i, tolerant_import in enumerate(tolerant_imports.values):
        if import_names[tolerant_import] == NONE:
            raise wrong_value("bad-entry", tolerant_imports, i)


def check_exports(metadata):
    exports = metadata.exports
    phases = metadata.requests.phase.values
    not_a_local_name = (NONE, empty_string(metadata))
    check_ascending(exports.export_name)
    requests = exports.request.values
    for i, name in enumerate(exports.name.values):
        if requests[i] == NONE:
            wrong = name in not_a_local_name
        else:
            wrong = phases[requests[i]] != EVALUATION
        if wrong:
            raise wrong_value("bad-entry", exports.name, i)

    star_exports = metadata.star_exports
    check_ascending(star_exports)
    for i, request in enumerate(star_exports.values):
        if phases[request] != EVALUATION:
            raise wrong_value("bad-entry", star_exports, i)


def empty_string(metadata):
    """Returns the index of the empty string, or None. The strings ascend, so it is the first."""
    return 0 if metadata.strings[:1] == [""] else None


def check_ascending(column, starts=(), empty=None):
    """Checks that each value is greater than the one before it, except at the `starts` of runs,
    and that no value is `empty`."""
    values, error = values_and_error(column)
    for i, value in enumerate(values):
        if value == empty:
            raise wrong_value("bad-entry", column, i)
        if i > 0 and value <= values[i - 1] and i not in starts:
            raise wrong_value("bad-order", column, i)
    if error:
        raise error


def values_and_error(column):
    """Returns the values of a column, and the rejection of the first value out of range or None.

    A reader completes the checks of a value before it looks at the next one (v4-list-order). The
    values before one that is out of range are therefore still to be checked, and come first.
    """
    try:
        return column.values, None
    except ValidationFailedError as error:
        # The compiled property keeps the values that it has read. The last one is the wrong one.
        return column.values[:-1], rejection(error)


def wrong_value(error_class, column, i):
    return Rejected(error_class, column.start + 4 * i, f"value {i} of the column")


def record(header, metadata):
    requests, attributes = metadata.requests, metadata.attributes
    imports, exports = metadata.imports, metadata.exports
    pairs = [
        {"key": key, "value": value}
        for key, value in zip(attributes.key.values, attributes.value.values)
    ]
    ends = requests.attribute_end.values
    environment = None
    if header.has_environment:
        environment = {
            "declared_variables": variables(metadata.declared_variables),
            "lexical_variables": variables(metadata.lexical_variables),
            "code_features": metadata.code_features,
            "lexical_features": metadata.lexical_features,
        }
    text = None
    if header.text_size:
        text = {"offset": header.text_start, "length": header.text_size}
    return {
        "flags": {
            "top_level_await": header.has_top_level_await,
            "import_meta": header.uses_import_meta,
            "typescript": header.is_typescript,
        },
        "alignment": header.alignment,
        "producer": header.producer.hex(),
        "source": {"size": header.source_size, "sha256": header.source_digest.hex()},
        "strings": metadata.strings,
        "requests": [
            {"specifier": specifier, "phase": phase.name, "attributes": pairs[first:end]}
            for specifier, phase, first, end in zip(
                requests.specifier.values, requests.phase.values, [0, *ends], ends
            )
        ],
        "imports": [
            {
                "local_name": local_name,
                "request": request,
                "import_name": none_as_null(import_name),
            }
            for local_name, request, import_name in zip(
                imports.local_name.values, imports.request.values, imports.import_name.values
            )
        ],
        "exports": [
            {
                "export_name": export_name,
                "request": none_as_null(request),
                "name": none_as_null(name),
            }
            for export_name, request, name in zip(
                exports.export_name.values, exports.request.values, exports.name.values
            )
        ],
        "tolerant_imports": metadata.tolerant_imports.values,
        "star_exports": metadata.star_exports.values,
        "environment": environment,
        "text": text,
        "bytecode": {"offset": header.bytecode_start, "length": header.bytecode_size},
    }


def variables(columns):
    return [
        {"name": name, "bits": bits}
        for name, bits in zip(columns.name.values, columns.bits.values)
    ]


def none_as_null(index):
    return None if index == NONE else index
