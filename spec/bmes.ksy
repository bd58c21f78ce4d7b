meta:
  id: bmes
  title: BMES (Bun Module ES Serialization), versions 1 to 3
  application: Bun
  ks-version: "0.11"
  encoding: UTF-8
  endian: le # v1-u32

doc: |
  The cache of one ES module: its module record, and bytecode that only the
  engine that wrote it understands.

  This file is the layout as a reader sees it, and every condition on it that
  Kaitai Struct can state. The pages v1.md, v2.md and v3.md next to it are the
  specification; where they disagree with this file, they are right.

  `doc-ref` names their clauses. One of version 1 stands under the same name in
  versions 2 and 3 where it is named at something that all three have.

  Three things depend on the target language: whether a string that is not
  UTF-8 is refused, how wide sums are, and what an error looks like.
doc-ref:
  - v1.md
  - v2.md
  - v3.md

seq:
  - id: identification
    type: identification
  - id: body
    type:
      # Cast because the compiler's Java cannot switch on a u4.
      switch-on: identification.version.as<s4>
      cases:
        1: body_v1
        2: body_v2
        3: body_v2
    doc-ref: v1-layout

types:
  identification:
    doc: |
      The first eight bytes. Parsed by itself, this type is an identifier: it
      needs no byte more and says nothing about those that follow.
    doc-ref:
      - v1-header-bounds
      - v1-identify-alone
      - v1-identify-first
    seq:
      - id: magic
        contents: SEMB
        doc: The number 0x424D4553, least significant byte first.
        doc-ref: v1-magic
      - id: version
        type: u4
        valid:
          any-of: [1, 2, 3]
        doc-ref: v1-version

  body_v1:
    doc: Version 1. The bytecode is found by reading all that is before it.
    seq:
      - id: record
        type: record
      - id: bytecode_size
        type: u4
        valid:
          expr: _.as<s8> <= (_io.size - _io.pos).as<s8>
        doc-ref: v1-bytecode-bounds
      - id: bytecode
        size: bytecode_size
        valid:
          expr: _io.eof
        doc: Opaque. Nothing follows it.
        doc-ref:
          - v1-bytecode-empty
          - v1-bytecode-opaque
          - v1-end
    instances:
      bytecode_start:
        value: _io.size - bytecode_size
        doc: Where the bytecode begins, from the file's first byte.
        doc-ref: v1-bytecode-place

  body_v2:
    doc: Versions 2 and 3. The header goes on and says where the bytecode is.
    seq:
      - id: bytecode_place
        type: bytecode_place
        size: 8
        valid:
          expr: _.bytecode_offset.as<s8> + _.bytecode_size.as<s8> == _io.size.as<s8>
        doc: |
          A substream, so that both numbers are there before one is judged.
          That nothing follows the bytecode is known from here on.
        doc-ref:
          - v2-header-whole
          - v2-end
          - v3-end
      - id: metadata
        type: metadata
        size: bytecode_place.bytecode_offset - 16
        doc: A substream, so that no field of it reaches into the bytecode.
        doc-ref: v2-metadata-bounds
      - id: bytecode
        size: bytecode_place.bytecode_size
        doc: Opaque.
        doc-ref:
          - v2-bytecode-empty
          - v2-bytecode-opaque

  bytecode_place:
    doc: The second half of the header of versions 2 and 3.
    seq:
      - id: bytecode_offset
        type: u4
        valid:
          expr: _ >= 16 and (_root.identification.version == 2 or _ % 8 == 0)
        doc: From the file's first byte; in version 3 a multiple of 8.
        doc-ref:
          - v2-bytecode-offset
          - v2-padding-length
          - v2-bytecode-place
          - v3-bytecode-offset-aligned
      - id: bytecode_size
        type: u4
        valid:
          expr: bytecode_offset.as<s8> + _.as<s8> <= _root._io.size.as<s8>
        doc-ref:
          - v2-bytecode-bounds
          - v2-arithmetic

  metadata:
    doc: Everything between the header and the bytecode.
    seq:
      - id: record
        type: record
      - id: engine_words
        type: engine_words
        if: _root.identification.version == 3
      - id: padding
        size-eos: true
        valid:
          expr: _.length <= 7 and (_.length == 0 or _.max == 0)
        doc-ref:
          - v2-gap
          - v2-padding

  record:
    doc: The module record, the same in all versions.
    doc-ref: v1-entries-kept
    seq:
      - id: request_count
        type: count(8)
      - id: requests
        type: request
        repeat: expr
        repeat-expr: request_count.value
      - id: import_count
        type: count(16)
      - id: imports
        type: import_entry
        repeat: expr
        repeat-expr: import_count.value
      - id: export_count
        type: count(20)
      - id: exports
        type: export_entry
        repeat: expr
        repeat-expr: export_count.value
      - id: star_export_count
        type: count(4)
      - id: star_exports
        type: utf8_string
        repeat: expr
        repeat-expr: star_export_count.value
        doc: Specifiers of requests.

  engine_words:
    doc: Version 3. What an engine needs besides the record, in its own words.
    doc-ref: v3-engine-words
    seq:
      - id: declared_variable_count
        type: count(8)
      - id: declared_variables
        type: variable
        repeat: expr
        repeat-expr: declared_variable_count.value
      - id: lexical_variable_count
        type: count(8)
      - id: lexical_variables
        type: variable
        repeat: expr
        repeat-expr: lexical_variable_count.value
      - id: code_features
        type: u4
        doc-ref: v3-code-features

  request:
    seq:
      - id: specifier
        type: utf8_string
      - id: has_attributes
        type: u4
        valid:
          any-of: [0, 1]
        doc-ref: v1-has-attributes
      - id: attribute_count
        type: count(8)
        if: has_attributes == 1
        doc: Can be 0; writers then write no count.
        doc-ref:
          - v1-attribute-count
          - v1-attributes-empty
      - id: attributes
        type: attribute
        repeat: expr
        repeat-expr: attribute_count.value
        if: has_attributes == 1
        doc-ref: v1-attributes-kept

  attribute:
    seq:
      - id: key
        type: utf8_string
      - id: value
        type: utf8_string

  import_entry:
    doc: All fields are there, whether or not they apply to the type.
    doc-ref: v1-fields-verbatim
    seq:
      - id: type
        type: u4
        enum: import_type
        valid:
          in-enum: true
        doc-ref: v1-import-type
      - id: module_request
        type: utf8_string
      - id: import_name
        type: utf8_string
      - id: local_name
        type: utf8_string

  export_entry:
    doc: All fields are there, whether or not they apply to the type.
    doc-ref: v1-fields-verbatim
    seq:
      - id: type
        type: u4
        enum: export_type
        valid:
          in-enum: true
        doc-ref: v1-export-type
      - id: export_name
        type: utf8_string
      - id: module_name
        type: utf8_string
      - id: import_name
        type: utf8_string
      - id: local_name
        type: utf8_string

  variable:
    seq:
      - id: name
        type: utf8_string
      - id: bits
        type: u4
        doc-ref: v3-bits

  count:
    doc: |
      A number of entries that the bytes left can hold. `smallest` is the size
      of the smallest entry of the kind.
    doc-ref:
      - v1-count-bounds
      - v1-arithmetic
      - v1-memory
    -webide-representation: "{value:dec}"
    params:
      - id: smallest
        type: s8
    seq:
      - id: value
        type: u4
        valid:
          expr: _.as<s8> * smallest <= (_io.size - _io.pos).as<s8>

  utf8_string:
    doc: |
      Bytes of UTF-8 behind their number. An empty string is a string, and
      U+0000 and U+FEFF are characters like others.
    doc-ref:
      - v1-string
      - v1-string-empty
    -webide-representation: "{value}"
    seq:
      - id: length
        type: u4
        valid:
          expr: _.as<s8> <= (_io.size - _io.pos).as<s8>
        doc-ref: v1-string-bounds
      - id: value
        type: str
        size: length
        doc: The decoder of the target language decides what is UTF-8.
        doc-ref:
          - v1-string-utf8
          - v1-string-verbatim

enums:
  import_type:
    0:
      id: single
      doc: import {a as b} from "m"
    1:
      id: single_typescript
      doc: Like single, but TypeScript may have erased the export.
    2:
      id: namespace
      doc: import * as b from "m"; `import_name` does not apply.
  export_type:
    0:
      id: local
      doc: export {a as b}; `module_name` and `import_name` do not apply.
    1:
      id: indirect
      doc: export {a as b} from "m"; `local_name` does not apply.
    2:
      id: namespace
      doc: export * as b from "m"; `import_name` and `local_name` do not apply.
