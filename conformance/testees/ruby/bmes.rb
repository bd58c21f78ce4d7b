# frozen_string_literal: true

# BMES ("Bun Module ES Serialization"), versions 1 to 3: identify, decode, check and encode.
#
#   BMES.identify(bytes)           # => 3, the version
#   BMES.decode(bytes)             # => BMES::Decoded: record, place of the bytecode, offsets of the entries
#   BMES.check(bytes)              # => BMES::Decoded of a record that may be linked
#   BMES.encode(record, bytecode)  # => the canonical file, a binary string
#
# What must be refused raises BMES::Error. Any other exception is a mistake of the caller or of this library.
module BMES
  MAGIC = 0x424D4553
  VERSIONS = [1, 2, 3].freeze
  U32_MAX = 0xFFFF_FFFF

  # The place in the list is the number in the file.
  IMPORT_TYPES = %w[single single-typescript namespace].freeze
  EXPORT_TYPES = %w[local indirect namespace].freeze

  # The smallest entry of each kind in bytes: what a count promises at the least.
  SMALLEST = { request: 8, attribute: 8, import: 16, export: 20, star_export: 4, variable: 8 }.freeze

  # The specification's name for the error and, for a file, the byte at fault.
  class Error < StandardError
    attr_reader :error_class, :offset

    def initialize(error_class, message, offset = nil)
      super(message)
      @error_class = error_class
      @offset = offset
    end
  end

  # Strings are tagged as UTF-8. A record of version 1 or 2 has nil for what only version 3 has.
  Record = Struct.new(:version, :requests, :imports, :exports, :star_exports,
                      :declared_variables, :lexical_variables, :code_features)
  Request = Struct.new(:specifier, :attributes)
  Attribute = Struct.new(:key, :value)
  Import = Struct.new(:type, :module_request, :import_name, :local_name)
  Export = Struct.new(:type, :export_name, :module_name, :import_name, :local_name)
  Variable = Struct.new(:name, :bits)

  Place = Struct.new(:offset, :length)
  # `starts` has, for each list of the record by its name, the offsets of its entries in the file.
  Decoded = Struct.new(:record, :bytecode, :starts)

  class << self
    def identify(bytes)
      Reader.new(bytes).identify
    end

    def decode(bytes)
      Reader.new(bytes).decode
    end

    def check(bytes)
      decode(bytes).tap { |decoded| check_record(decoded.record, decoded.starts) }
    end

    def check_record(record, starts = nil)
      Checker.new(record, starts).check
    end

    def encode(record, bytecode = "".b)
      Writer.new(record, bytecode).encode
    end
  end

  # Goes through a file once, front to back, and stops at the first violation.
  class Reader
    EMPTY = String.new(encoding: Encoding::UTF_8).freeze
    NO_ATTRIBUTES = [].freeze

    def initialize(bytes)
      @bytes = bytes
      @at = 0
      @end = @size = bytes.bytesize # @end is where what is read now has to end
      @starts = {}
    end

    def identify
      reject("truncated", "the file ends in its magic", 0) if @size < 4
      reject("bad-magic", "the file does not begin with the magic", 0) if u32 != MAGIC
      version = u32
      return version if VERSIONS.include?(version)

      reject("unsupported-version", "version #{version} is not known", 4)
    end

    def decode
      version = identify
      bytecode = header(version) unless version == 1
      record = metadata(version)
      bytecode ? padding : bytecode = last_field
      Decoded.new(record, bytecode, @starts)
    end

    private

    def header(version)
      offset = u32
      size = u32
      reject("bad-layout", "the bytecode begins inside the header", 8) if offset < 16
      reject("bad-layout", "bytecode_offset is not a multiple of 8", 8) if version == 3 && offset % 8 != 0
      reject("truncated", "the bytecode begins behind the file's end", 8) if offset > @size
      reject("truncated", "the bytecode ends behind the file's end", 12) if offset + size > @size
      reject("trailing-bytes", "bytes follow the bytecode", 12) if offset + size < @size
      @end = offset
      Place.new(offset, size)
    end

    # A call's arguments are evaluated from left to right: the order of the file.
    def metadata(version)
      record = Record.new(version, requests, imports, exports, star_exports)
      if version == 3
        record.declared_variables = variables(:declared_variables)
        record.lexical_variables = variables(:lexical_variables)
        record.code_features = u32
      end
      record
    end

    def requests
      list(:request, :requests) { Request.new(string, attributes) }
    end

    def attributes
      return NO_ATTRIBUTES if u32_below(2, "bad-flag").zero?

      Array.new(count(:attribute)) { Attribute.new(string, string) }
    end

    def imports
      list(:import, :imports) { Import.new(IMPORT_TYPES[u32_below(3, "bad-type")], string, string, string) }
    end

    def exports
      list(:export, :exports) { Export.new(EXPORT_TYPES[u32_below(3, "bad-type")], string, string, string, string) }
    end

    def star_exports
      list(:star_export, :star_exports) { string }
    end

    def variables(name)
      list(:variable, name) { Variable.new(string, u32) }
    end

    # Version 1 has the bytecode's size and the bytecode where the other versions have padding.
    def last_field
      start = @at
      size = u32
      reject("truncated", "the file ends inside the bytecode", start) if size > left
      place = Place.new(@at, size)
      @at += size
      reject("trailing-bytes", "bytes follow the bytecode", @at) if left.positive?
      place
    end

    def padding
      reject("bad-layout", "more than seven bytes between metadata and bytecode", 8) if left > 7
      bad = @bytes.byteslice(@at, left).bytes.index(&:positive?)
      reject("bad-layout", "padding that is not zero", @at + bad) if bad
    end

    def list(kind, name)
      starts = @starts[name] = []
      Array.new(count(kind)) do
        starts << @at
        yield
      end
    end

    # The bytes left bear out the count that this returns: memory may be taken for it.
    def count(kind)
      start = @at
      count = u32
      return count if count * SMALLEST[kind] <= left

      reject("truncated", "#{count} entries of kind #{kind} cannot follow", start)
    end

    def u32_below(limit, error_class)
      start = @at
      value = u32
      return value if value < limit

      reject(error_class, "the value is #{value}", start)
    end

    def u32
      reject("truncated", "a number is cut or missing", @at) if @at + 4 > @end
      value = @bytes.unpack1("V", offset: @at)
      @at += 4
      value
    end

    def string
      start = @at
      size = u32
      return EMPTY if size.zero?

      reject("truncated", "a string of #{size} bytes cannot follow", start) if size > left
      text = @bytes.byteslice(@at, size).force_encoding(Encoding::UTF_8)
      reject("bad-utf8", "a string is not UTF-8", @at + valid_up_to(text)) unless text.valid_encoding?
      @at += size
      text.freeze # a hash copies keys that are not frozen
    end

    # How many bytes are well-formed. A converter finds the place without a loop over characters.
    def valid_up_to(text)
      converter = Encoding::Converter.new("UTF-8", "UTF-16LE")
      rest = text.dup # the converter takes away what it has read
      nil while converter.primitive_convert(rest, +"", nil, 65_536) == :destination_buffer_full
      _, _, _, bad, read_again = converter.primitive_errinfo
      text.bytesize - rest.bytesize - bad.bytesize - read_again.bytesize
    end

    def left
      @end - @at
    end

    def reject(error_class, message, offset)
      raise Error.new(error_class, message, offset)
    end
  end

  # The rules that make a record safe to link. Ruby's hashes have a secret seed, so that no file can
  # make them slow.
  class Checker
    def initialize(record, starts)
      @record = record
      @starts = starts || {}
    end

    def check
      check_requests
      check_imports
      check_exports
      check_star_exports
      return unless @record.version == 3

      check_variables(:declared_variables)
      check_variables(:lexical_variables) # may repeat a name of the other list
    end

    private

    def check_requests
      seen = {}
      @requests_of = @record.requests.map(&:specifier).tally
      each_entry(:requests) do |request|
        repeated = @requests_of[request.specifier] > 1
        next unless repeated || request.attributes.size > 1 # saves a hash for most requests

        # As hashes, attributes in another order are equal; a key that is there twice is found first.
        attributes = request.attributes.to_h(&:to_a)
        refuse("duplicate-attribute") if attributes.size < request.attributes.size
        must_be_new([request.specifier, attributes], seen, "duplicate-request") if repeated
      end
    end

    def check_imports
      names = {}
      each_entry(:imports) do |import|
        must_name_request(import.module_request)
        must_not_be_empty(import.local_name)
        must_be_new(import.local_name, names, "duplicate-local-name")
      end
    end

    def check_exports
      names = {}
      each_entry(:exports) do |export|
        local = export.type == "local"
        local ? must_not_be_empty(export.local_name) : must_name_request(export.module_name)
        must_be_new(export.export_name, names, "duplicate-export-name")
        must_be_empty(local ? export.module_name : export.local_name)
        must_be_empty(export.import_name) unless export.type == "indirect"
      end
    end

    def check_star_exports
      names = {}
      each_entry(:star_exports) do |specifier|
        must_name_request(specifier)
        must_be_new(specifier, names, "duplicate-star-export")
      end
    end

    def check_variables(list)
      names = {}
      each_entry(list) { |variable| must_be_new(variable.name, names, "duplicate-variable") }
    end

    # Requests of one specifier have different attributes: equal ones have been refused before.
    def must_name_request(specifier)
      count = @requests_of.fetch(specifier) { refuse("unrequested-module") }
      refuse("ambiguous-request") if count > 1
    end

    def must_be_new(name, names, error_class)
      refuse(error_class) if names.key?(name)
      names[name] = true
    end

    def must_not_be_empty(name)
      refuse("missing-local-name") if name.empty?
    end

    def must_be_empty(field)
      refuse("misplaced-field") unless field.empty?
    end

    # Keeps the entry's place, for the report.
    def each_entry(list)
      @record[list].each_with_index do |entry, index|
        @list = list
        @index = index
        yield entry
      end
    end

    def refuse(error_class)
      raise Error.new(error_class, "#{@list}[#{@index}] breaks a rule", @starts[@list]&.at(@index))
    end
  end

  # Turns a record and bytecode into the one file that stands for them.
  class Writer
    def initialize(record, bytecode)
      @record = record
      @bytecode = bytecode
      @out = String.new(encoding: Encoding::BINARY)
    end

    def encode
      must_have_fields_of_its_version
      must_have_known_types # before the rules, which depend on the types
      BMES.check_record(@record)
      write_header
      write_metadata
      write_bytecode
      @out
    end

    private

    def must_have_fields_of_its_version
      version = @record.version
      refuse("unsupported-version", "version #{version} is not known") unless VERSIONS.include?(version)
      words = [@record.declared_variables, @record.lexical_variables, @record.code_features]
      return if version == 3 ? words.none?(&:nil?) : words.all?(&:nil?)

      refuse("unsupported-version", "variables and code features belong to version 3, and to no other")
    end

    def must_have_known_types
      return if @record.imports.all? { |import| IMPORT_TYPES.include?(import.type) } &&
                @record.exports.all? { |export| EXPORT_TYPES.include?(export.type) }

      refuse("bad-type", "a type is not in its table")
    end

    def write_header
      u32(MAGIC)
      u32(@record.version)
      return if @record.version == 1

      u32(0) # bytecode_offset: known when the metadata has been written
      u32(@bytecode.bytesize)
    end

    def write_metadata
      list(@record.requests) { |request| write_request(request) }
      list(@record.imports) { |import| write_import(import) }
      list(@record.exports) { |export| write_export(export) }
      list(@record.star_exports) { |specifier| strings(specifier) }
      return unless @record.version == 3

      write_variables(@record.declared_variables)
      write_variables(@record.lexical_variables)
      u32(@record.code_features)
    end

    def write_request(request)
      strings(request.specifier)
      return u32(0) if request.attributes.empty?

      u32(1)
      # Ruby compares strings of UTF-8 by their bytes.
      list(request.attributes.sort_by(&:key)) { |attribute| strings(*attribute) }
    end

    def write_import(import)
      u32(IMPORT_TYPES.index(import.type))
      strings(import.module_request, import.type == "namespace" ? "*" : import.import_name, import.local_name)
    end

    def write_export(export)
      u32(EXPORT_TYPES.index(export.type))
      strings(export.export_name, export.module_name, export.import_name, export.local_name)
    end

    def write_variables(variables)
      list(variables) do |variable|
        strings(variable.name)
        u32(variable.bits)
      end
    end

    def write_bytecode
      if @record.version == 1
        u32(@bytecode.bytesize)
      else
        @out << "\0" * (-@out.bytesize % 8)
        @out[8, 4] = packed_u32(@out.bytesize)
      end
      @out << @bytecode.b
    end

    def list(entries, &write)
      u32(entries.size)
      entries.each(&write)
    end

    def u32(value)
      @out << packed_u32(value)
    end

    def packed_u32(value)
      refuse("too-large", "#{value} does not fit a u32") unless value.between?(0, U32_MAX)
      [value].pack("V")
    end

    def strings(*texts)
      texts.each do |text|
        utf8 = text.ascii_only? || (text.encoding == Encoding::UTF_8 && text.valid_encoding?)
        refuse("bad-utf8", "a string is not UTF-8") unless utf8
        refuse("too-large", "a string of #{text.bytesize} bytes") if text.bytesize > U32_MAX
        [text.bytesize, text].pack("Va*", buffer: @out)
      end
    end

    def refuse(error_class, message)
      raise Error.new(error_class, message)
    end
  end
end
