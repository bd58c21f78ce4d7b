# frozen_string_literal: true

# The testee of the conformance protocol BMES-CP/1 (conformance/PROTOCOL.md) for bmes.rb.
# Without an argument it answers lines until `bye`; with an operation as its last argument, once.

require "json"
require_relative "bmes"

# A request that cannot be read, or a record of another shape: a `fault`, not a verdict.
class BadRequest < StandardError; end
# An operation that is not in the protocol's table.
class Unsupported < StandardError; end

# Records from and to the JSON of the protocol.
module RecordJson
  ENGINE_KEYS = %w[declared_variables lexical_variables code_features].freeze
  SLICE = 500 # entries that are hashes at one time: hashes take many times an entry's memory

  GENERATOR = JSON::State.new # JSON.generate makes one for each call

  module_function

  # --- to JSON ---

  def dump_decoded(decoded)
    record = decoded.record
    out = +%({"version":#{record.version},"requests":)
    dump_requests(out, record.requests)
    dump_list(out << ',"imports":', record.imports)
    dump_list(out << ',"exports":', record.exports)
    dump_list(out << ',"star_exports":', record.star_exports)
    if record.version == 3
      dump_list(out << ',"declared_variables":', record.declared_variables)
      dump_list(out << ',"lexical_variables":', record.lexical_variables)
      out << %(,"code_features":#{record.code_features})
    end
    out << ',"bytecode":' << JSON.generate(decoded.bytecode.to_h) << "}"
  end

  def dump_requests(out, requests)
    out << "["
    requests.each_with_index do |request, index|
      out << (index.zero? ? '{"specifier":' : ',{"specifier":') << GENERATOR.generate(request.specifier)
      dump_list(out << ',"attributes":', request.attributes)
      out << "}"
    end
    out << "]"
  end

  def dump_list(out, entries)
    return out << dump_slice(entries) if entries.size <= SLICE # most attributes: no iterator to set up

    out << "["
    entries.each_slice(SLICE).with_index do |slice, index|
      out << "," if index.positive?
      out << dump_slice(slice)[1..-2]
    end
    out << "]"
  end

  def dump_slice(entries)
    return "[]" if entries.empty?

    GENERATOR.generate(entries.map { |entry| entry.is_a?(String) ? entry : entry.to_h })
  end

  # --- from JSON ---

  def load(json)
    version = integer(json, "version")
    unless BMES::VERSIONS.include?(version) # before any other key is read
      raise BMES::Error.new("unsupported-version", "version #{version} is not known")
    end

    BMES::Record.new(version, load_requests(json), entries(json, "imports", BMES::Import),
                     entries(json, "exports", BMES::Export), star_exports(json), *engine_words(json))
  end

  # What is not there is nil, and the writer refuses it.
  def engine_words(json)
    declared, lexical, features = ENGINE_KEYS.map { |key| json.key?(key) }
    [declared ? load_variables(json, "declared_variables") : nil,
     lexical ? load_variables(json, "lexical_variables") : nil,
     features ? integer(json, "code_features") : nil]
  end

  def load_requests(json)
    array(json, "requests").map do |request|
      BMES::Request.new(string(request, "specifier"), entries(request, "attributes", BMES::Attribute))
    end
  end

  # Entries whose fields are all strings.
  def entries(json, key, struct)
    fields = struct.members.map(&:to_s)
    array(json, key).map { |entry| struct.new(*fields.map { |field| string(entry, field) }) }
  end

  def star_exports(json)
    array(json, "star_exports").each do |specifier|
      raise BadRequest, "a star export is not a string" unless specifier.is_a?(String)
    end
  end

  def load_variables(json, key)
    array(json, key).map { |variable| BMES::Variable.new(string(variable, "name"), integer(variable, "bits")) }
  end

  def array(json, key) = typed(json, key, Array)
  def string(json, key) = typed(json, key, String)
  def integer(json, key) = typed(json, key, Integer)

  def typed(json, key, type)
    raise BadRequest, "an entry or a record is not an object" unless json.is_a?(Hash)

    value = json[key]
    value.is_a?(type) ? value : raise(BadRequest, "`#{key}` is missing or is not of type #{type}")
  end
end

# Answers one request. An answer is its key and its value: the value as JSON.
module Testee
  OPERATIONS = %w[identify decode check encode].freeze
  HELLO = { protocol: 1, name: "bmes.rb", version: "0.1.0", language: "Ruby", formats: BMES::VERSIONS,
            ops: OPERATIONS, errors: true }.freeze
  MAX_LINE = 64 << 20
  MAX_ID = (1 << 53) - 1
  EXIT_STATUS = { "ok" => 0, "err" => 1, "unsupported" => 89, "fault" => 70 }.freeze

  # A surrogate escape without its other half; also finds some escapes that are none, behind `\\`.
  PERHAPS_LONE = /\\u[dD][89abAB]\h\h(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]\h\h)\\u[dD][c-fC-F]/
  ESCAPE = /\\(?:(u[dD][89abAB]\h\h\\u[dD][c-fC-F]\h\h)|u([dD][89a-fA-F]\h\h)|.)/

  module_function

  def serve(input, output)
    while (line = read_line(input))
      id = nil
      key, value = answer do
        request = parse(line)
        line = nil # frees what can be 64 MiB
        id = id_of(request)
        return if request["op"] == "bye"

        yield_result(request)
      end
      output << %({"id":#{id || 'null'},"#{key}":) << value << "}\n"
      output.flush
    end
  end

  def run_once(operation, input, output)
    key, value = answer do
      case operation
      when "hello" then JSON.generate(HELLO)
      when "encode" then encode(parse(read_line(input) || +""))
      else on_file(operation, input.read)
      end
    end
    output << %({"#{key}":) << value << "}\n"
    EXIT_STATUS.fetch(key)
  end

  # Only the library's own error is a verdict.
  def answer
    ["ok", yield]
  rescue BMES::Error => e
    ["err", JSON.generate({ class: e.error_class, offset: e.offset, message: e.message }.compact)]
  rescue Unsupported => e
    ["unsupported", JSON.generate(e.message)]
  rescue StandardError, SystemStackError, NoMemoryError => e
    ["fault", JSON.generate("#{e.class}: #{e.message.b[0, 200].force_encoding('UTF-8').scrub}")]
  end

  def yield_result(request)
    case (operation = request["op"])
    when "hello" then hello(request)
    when "encode" then encode(request)
    when *OPERATIONS then on_file(operation, bytes(request, "hex"))
    when String then raise Unsupported, "no such operation"
    else raise BadRequest, "no `op`"
    end
  end

  def hello(request)
    raise BadRequest, "`protocol` is not an integer" unless request.fetch("protocol", 1).is_a?(Integer)

    JSON.generate(HELLO)
  end

  def on_file(operation, file)
    case operation
    when "identify" then %({"version":#{BMES.identify(file)}})
    when "decode" then RecordJson.dump_decoded(BMES.decode(file))
    when "check" then BMES.check(file) && "true"
    end
  end

  def encode(request)
    bytecode = bytes(request, "bytecode")
    record = request["record"]
    raise BadRequest, "no `record`" unless record.is_a?(Hash)

    %({"hex":"#{BMES.encode(RecordJson.load(record), bytecode).unpack1('H*')}"})
  end

  def bytes(request, key)
    hex = request[key]
    # `count` is much faster than a regular expression on a long string.
    unless hex.is_a?(String) && hex.bytesize.even? && hex.count("^0-9a-f").zero?
      raise BadRequest, "`#{key}` is missing or is not lowercase hex"
    end

    [hex].pack("H*")
  end

  def id_of(request)
    id = request["id"]
    id.is_a?(Integer) && id.between?(0, MAX_ID) ? id : raise(BadRequest, "no `id`")
  end

  # A line that is too long is read to its end and comes back as an empty one, which is a fault.
  def read_line(input)
    line = input.gets("\n", MAX_LINE)
    return line if line.nil? || line.end_with?("\n") || line.bytesize < MAX_LINE

    nil until (rest = input.gets("\n", MAX_LINE)).nil? || rest.end_with?("\n")
    +""
  end

  def parse(line)
    line.force_encoding(Encoding::UTF_8)
    raise BadRequest, "not UTF-8" unless line.valid_encoding?

    line = mark_lone_surrogates(line) if line.match?(PERHAPS_LONE)
    request = JSON.parse(line, freeze: true)
    request.is_a?(Hash) ? request : raise(BadRequest, "not an object")
  end

  # Ruby's parser gives wrong characters for some lone surrogates. As raw bytes they stay what they
  # are: strings that are not UTF-8.
  def mark_lone_surrogates(line)
    line.gsub(ESCAPE) do |escape|
      $2 ? [$2.hex].pack("U") : escape # `pack` does not mind a surrogate
    end
  end
end

if $PROGRAM_NAME == __FILE__
  $stdin.binmode
  $stdout.binmode
  operation = ARGV.last
  begin
    if operation.nil?
      Testee.serve($stdin, $stdout)
    elsif operation == "hello" || Testee::OPERATIONS.include?(operation)
      exit Testee.run_once(operation, $stdin, $stdout)
    else
      warn "usage: bmes_testee.rb [hello|identify|decode|check|encode]"
      exit 64
    end
  rescue Errno::EPIPE
    exit 0 # the runner has ended
  end
end
