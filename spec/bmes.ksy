meta:
  id: bmes
  title: BMES (Bun Module ES Serialization), versions 1 to 4
  application: Bun
  ks-version: "0.11"
  encoding: UTF-8
  endian: le # v1-u32

doc: |
  The cache of one ES module: its module record, and bytecode that only the
  engine that wrote it understands.

  For versions 1 to 3, this file is the layout as a reader sees it, and every
  condition on it that Kaitai Struct can state. The pages v1.md to v4.md next
  to it are the specification; where they disagree with this file, they are
  right.

  `doc-ref` names their clauses. One of version 1 stands under the same name in
  versions 2 and 3 where it is named at something that all three have.

  Version 4 is a draft. For it, this file is the layout, the conditions on the
  header and the counts, the ends of the strings, and the range of each number
  in a column. It states no checksum, no order of strings and entries, and no
  rule about the kind of an entry, so it also accepts damaged files.

  In version 4 the parser reads most parts when a program first uses them. A
  program that is a reader compares a checksum before it uses what the checksum
  covers, and uses the columns in the order of v4-list-order. It then meets the
  conditions in the order of v4-first-error. It does not use the padding, the
  text and the bytecode (v4-decode-alone).

  A field whose name begins with `check_` has 0 bytes. It is the place of a
  condition that needs numbers of later fields.

  Three things depend on the target language: whether a string that is not
  UTF-8 is refused, how wide sums are, and what an error looks like.
doc-ref:
  - v1.md
  - v2.md
  - v3.md
  - v4.md

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
        4: body_v4
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
          any-of: [1, 2, 3, 4]
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
    doc: The module record, the same in versions 1 to 3.
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

  body_v4:
    doc: |
      Version 4. The root type alone checks only the first eight bytes and that
      the header is complete. `header` adds what an opener checks, except for
      the checksum. `metadata` and its columns add what a reader checks.
    doc-ref: v4-layout
    seq:
      - id: header_fields
        size: 100
        doc: |
          The bytes of `header`, unread, so that the parser has the whole header
          before it checks the first number.
        doc-ref: v4-header-whole
      - id: header_crc
        type: u4
        doc: CRC-32 of `header_crc_input`, which is not compared.
        doc-ref: v4-header-crc
    instances:
      header_crc_input:
        pos: 0
        size: 108
        doc-ref: v4-header-crc
      header:
        pos: 8
        type: header_v4
      metadata_crc_input:
        pos: 112
        size: header.metadata_size
        doc-ref: v4-metadata-crc
      metadata:
        pos: 112
        type: metadata_v4
        doc: |
          Not a substream: because of the equation, all columns and strings end
          where the metadata ends. The position in the stream is therefore the
          offset in the file, also for errors.
      metadata_padding:
        pos: header.metadata_end
        size: header.text_start - header.metadata_end
        valid:
          expr: _.length == 0 or _.max == 0
        doc-ref: v4-padding
      text:
        pos: header.text_start
        size: header.text_size
        if: header.text_size != 0
        doc: The source text that the engine compiled.
        doc-ref: v4-text-crc
      text_padding:
        pos: header.text_end
        size: header.bytecode_start - header.text_end
        valid:
          expr: _.length == 0 or _.max == 0
        doc-ref: v4-padding
      bytecode:
        pos: header.bytecode_start
        size: header.bytecode_size
        doc: Opaque.
        doc-ref:
          - v4-bytecode-crc
          - v4-bytecode-place
          - v4-bytecode-empty
          - v4-bytecode-opaque

  header_v4:
    doc: |
      The header of version 4, without its first eight bytes and its last four.
      The conditions are in the order of v4-open-order.
    doc-ref: v4-open-order
    seq:
      - id: flags
        type: u4
        valid:
          max: 15
        doc-ref: v4-flags
      - id: alignment
        type: u4
        valid:
          any-of: [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192,
            16384, 32768, 65536]
        doc: Of the bytecode in the file.
        doc-ref: v4-alignment
      - id: metadata_size
        type: u4
      - id: source_size
        type: u4
        doc: Number of bytes of the module's source, which is not in the file.
      - id: text_size
        type: u4
        doc: 0 means that there is no text.
      - id: bytecode_size
        type: u4
        doc: 0 means that there is no bytecode.
      - id: producer
        size: 32
        doc: |
          SHA-256 of all that the record and the bytecode depend on, except the
          source.
      - id: source_digest
        size: 32
        doc: SHA-256 of the module's source.
      - id: metadata_crc
        type: u4
        doc: CRC-32 of `metadata_crc_input`, which is not compared.
        doc-ref: v4-metadata-crc
      - id: text_crc
        type: u4
        doc: CRC-32 of the text, which is not compared.
        doc-ref: v4-text-crc
      - id: bytecode_crc
        type: u4
        doc: CRC-32 of the bytecode, which is not compared.
        doc-ref: v4-bytecode-crc
      - id: check_alignment
        size: 0
        valid:
          expr: alignment == 8 or bytecode_size != 0
        doc-ref: v4-alignment
      - id: check_metadata_size
        size: 0
        valid:
          expr: metadata_size >= 48
        doc-ref: v4-metadata-size
      - id: check_text_crc
        size: 0
        valid:
          expr: text_crc == 0 or text_size != 0
        doc-ref: v4-absent-crc
      - id: check_bytecode_crc
        size: 0
        valid:
          expr: bytecode_crc == 0 or bytecode_size != 0
        doc-ref: v4-absent-crc
      - id: check_file_size
        size: 0
        valid:
          expr: file_size <= 4294967295
        doc-ref: v4-file-size
      - id: check_bytecode_bounds
        size: 0
        valid:
          expr: file_size <= _io.size.as<s8>
        doc-ref: v4-bytecode-bounds
      - id: check_end
        size: 0
        valid:
          expr: file_size >= _io.size.as<s8>
        doc: Nothing follows the bytecode.
        doc-ref: v4-end
    instances:
      has_environment:
        value: (flags & 1) != 0
      has_top_level_await:
        value: (flags & 2) != 0
      uses_import_meta:
        value: (flags & 4) != 0
      is_typescript:
        value: (flags & 8) != 0
      metadata_end:
        value: 112 + metadata_size.as<s8>
        doc: This offset and the others count from the file's first byte.
        doc-ref: v4-arithmetic
      text_start:
        value: (metadata_end + 7) / 8 * 8
      text_end:
        value: text_start + text_size.as<s8>
      bytecode_start:
        value: (text_end + alignment.as<s8> - 1) / alignment.as<s8> * alignment.as<s8>
        doc-ref: v4-bytecode-place
      file_size:
        value: bytecode_start + bytecode_size.as<s8>
        doc: What the file's length has to be.

  metadata_v4:
    doc: |
      Twelve numbers, columns of numbers, and the strings. A column holds one
      field of all entries of a list: the fields of entry i are the numbers
      with the index i in all columns of its list.
    doc-ref: v4-report
    seq:
      - id: string_count
        type: u4
      - id: string_bytes
        type: u4
      - id: request_count
        type: u4
      - id: attribute_count
        type: u4
      - id: import_count
        type: u4
      - id: export_count
        type: u4
      - id: star_export_count
        type: u4
      - id: declared_variable_count
        type: u4
      - id: lexical_variable_count
        type: u4
      - id: code_features
        type: u4
        doc-ref: v4-engine-words
      - id: lexical_features
        type: u4
        doc-ref: v4-engine-words
      - id: tolerant_import_count
        type: u4
      - id: check_equation
        size: 0
        valid:
          expr: size_by_counts == _parent.header.metadata_size.as<s8>
        doc-ref:
          - v4-equation
          - v4-memory
      - id: check_tolerant_import_count
        size: 0
        valid:
          expr: tolerant_import_count == 0 or _parent.header.is_typescript
        doc-ref: v4-tolerant-flag
      - id: check_declared_variable_count
        size: 0
        valid:
          expr: declared_variable_count == 0 or _parent.header.has_environment
        doc-ref: v4-environment
      - id: check_lexical_variable_count
        size: 0
        valid:
          expr: lexical_variable_count == 0 or _parent.header.has_environment
        doc-ref: v4-environment
      - id: check_code_features
        size: 0
        valid:
          expr: code_features == 0 or _parent.header.has_environment
        doc-ref: v4-environment
      - id: check_lexical_features
        size: 0
        valid:
          expr: lexical_features == 0 or _parent.header.has_environment
        doc-ref: v4-environment
      - id: check_string_bytes
        size: 0
        valid:
          expr: string_bytes == 0 or string_count != 0
        doc: Without strings, there are no bytes of strings.
        doc-ref: v4-string-end
      - id: string_end
        type: string_ends_v4(_io.pos, string_count, string_bytes)
      - id: requests
        type: requests_v4
      - id: attributes
        type: attributes_v4
      - id: imports
        type: imports_v4
      - id: tolerant_imports
        type: indices_v4(_io.pos, tolerant_import_count, import_count, false)
        doc: Indices of imports.
      - id: exports
        type: exports_v4
      - id: star_exports
        type: indices_v4(_io.pos, star_export_count, request_count, false)
        doc: Indices of requests.
      - id: declared_variables
        type: variables_v4(declared_variable_count)
      - id: lexical_variables
        type: variables_v4(lexical_variable_count)
      - id: strings
        type: str
        size: "string_end.values[_index] - (_index == 0 ? 0 : string_end.values[_index - 1])"
        repeat: expr
        repeat-expr: string_count
        doc: |
          The decoder of the target language decides what is UTF-8. The first
          string needs `string_end`, so the parser checks all ends before it.
        doc-ref:
          - v4-string-utf8
          - v4-string-verbatim
          - v4-string-empty
    instances:
      size_by_counts:
        value: >-
          48 + 4 * string_count.as<s8> + 16 * request_count.as<s8>
          + 8 * attribute_count.as<s8> + 12 * import_count.as<s8>
          + 4 * tolerant_import_count.as<s8> + 12 * export_count.as<s8>
          + 4 * star_export_count.as<s8> + 8 * declared_variable_count.as<s8>
          + 8 * lexical_variable_count.as<s8> + string_bytes.as<s8>
        doc: The number of bytes of all lists and strings.
        doc-ref: v4-equation

  requests_v4:
    doc: The columns of the requests, which stand in the order of the source.
    seq:
      - id: specifier
        type: indices_v4(_io.pos, _parent.request_count, _parent.string_count, false)
      - id: phase
        type: phases_v4(_io.pos, _parent.request_count)
      - id: attribute_end
        type: attribute_ends_v4(_io.pos, _parent.request_count, _parent.attribute_count)
      - id: order
        type: indices_v4(_io.pos, _parent.request_count, _parent.request_count, false)
        doc: |
          Indices of requests, by specifier, phase and attributes. A reader uses
          this column after the columns of the attributes.
        doc-ref:
          - v4-list-order
          - v4-requests-ascend

  attributes_v4:
    doc: The columns of the attributes of all requests.
    seq:
      - id: key
        type: indices_v4(_io.pos, _parent.attribute_count, _parent.string_count, false)
      - id: value
        type: indices_v4(_io.pos, _parent.attribute_count, _parent.string_count, false)

  imports_v4:
    doc: The columns of the import entries.
    seq:
      - id: local_name
        type: indices_v4(_io.pos, _parent.import_count, _parent.string_count, false)
      - id: request
        type: indices_v4(_io.pos, _parent.import_count, _parent.request_count, false)
      - id: import_name
        type: indices_v4(_io.pos, _parent.import_count, _parent.string_count, true)
        doc: "`NONE` in Namespace and Source imports."

  exports_v4:
    doc: The columns of the export entries.
    seq:
      - id: export_name
        type: indices_v4(_io.pos, _parent.export_count, _parent.string_count, false)
      - id: request
        type: indices_v4(_io.pos, _parent.export_count, _parent.request_count, true)
        doc: "`NONE` in Local exports."
      - id: name
        type: indices_v4(_io.pos, _parent.export_count, _parent.string_count, true)
        doc: "`NONE` in Namespace exports."

  variables_v4:
    doc: The columns of one list of variables.
    params:
      - id: num_variables
        type: u4
    seq:
      - id: name
        type: indices_v4(_io.pos, num_variables, _parent.string_count, false)
      - id: bits
        type: numbers_v4(_io.pos, num_variables)
        doc-ref: v4-engine-words

  # The types of columns. `start` is the column's offset in the file. The parser
  # skips the bytes, and reads the values when a program first uses them.

  indices_v4:
    doc: A column of indices into a list of `limit` entries.
    doc-ref: v4-index
    params:
      - id: start
        type: s8
      - id: num_values
        type: u4
      - id: limit
        type: u4
      - id: can_be_none
        type: bool
    seq:
      - size: 4 * num_values
    instances:
      values:
        pos: start
        type: u4
        repeat: expr
        repeat-expr: num_values
        valid:
          expr: _ < limit or (can_be_none and _ == 4294967295)
        doc: 4294967295 is `NONE`.

  numbers_v4:
    doc: A column of numbers that can have every value.
    params:
      - id: start
        type: s8
      - id: num_values
        type: u4
    seq:
      - size: 4 * num_values
    instances:
      values:
        pos: start
        type: u4
        repeat: expr
        repeat-expr: num_values

  string_ends_v4:
    doc: Where each string ends, in bytes from the start of the first string.
    doc-ref: v4-string-end
    params:
      - id: start
        type: s8
      - id: num_values
        type: u4
      - id: total
        type: u4
    seq:
      - size: 4 * num_values
    instances:
      values:
        pos: start
        type: u4
        repeat: expr
        repeat-expr: num_values
        valid:
          expr: >-
            (_index == 0 or _ >= values[_index - 1])
            and (_index + 1 < num_values or _ == total)

  attribute_ends_v4:
    doc: Number of attributes of each request and of all requests before it.
    doc-ref: v4-attribute-end
    params:
      - id: start
        type: s8
      - id: num_values
        type: u4
      - id: total
        type: u4
    seq:
      - size: 4 * num_values
    instances:
      check_total:
        pos: start
        size: 0
        valid:
          expr: total == 0 or num_values != 0
        doc: Without requests, there are no attributes.
      values:
        pos: start
        type: u4
        repeat: expr
        repeat-expr: num_values
        valid:
          expr: >-
            _ <= total
            and (_index == 0 or _ >= values[_index - 1])
            and (_index + 1 < num_values or _ == total)

  phases_v4:
    doc: A column of phases.
    doc-ref: v4-phase
    params:
      - id: start
        type: s8
      - id: num_values
        type: u4
    seq:
      - size: 4 * num_values
    instances:
      values:
        pos: start
        type: u4
        enum: phase
        repeat: expr
        repeat-expr: num_values
        valid:
          in-enum: true

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
  phase:
    0:
      id: evaluation
      doc: import x from "m"
    1:
      id: source
      doc: import source x from "m"
    2:
      id: defer
      doc: import defer * as x from "m"
