# frozen_string_literal: true

# The examples of the specification with their prefixes and flipped bits, the session of
# conformance/PROTOCOL.md, requests that the runner never sends, and one-shot mode.
#
#   ruby bmes_test.rb          # exits with 1 if a test fails
#   ruby bmes_test.rb large    # also prints the time and memory of large requests, on Linux
require "json"
require "open3"
require_relative "bmes"

$failed = 0
$passed = 0
def expect(what, wanted, got)
  return $passed += 1 if wanted == got

  $failed += 1
  warn "FAILED #{what}\n  wanted #{wanted.inspect[0, 300]}\n  got    #{got.inspect[0, 300]}"
end

# One testee process, asked line by line.
class Client
  def initialize
    @in, @out, @wait = Open3.popen2("ruby", "#{__dir__}/bmes_testee.rb")
    @id = -1
  end

  def raw(line)
    @in << line << "\n"
    @in.flush
    @out.gets
  end

  def ask(op, keys = {})
    @id += 1
    answer = JSON.parse(raw(JSON.generate({ id: @id, op: op }.merge(keys))))
    expect("id", @id, answer.delete("id"))
    answer
  end

  def timed(what, op, keys)
    line = JSON.generate({ id: 1, op: op }.merge(keys))
    before = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    answer = raw(line)
    spent = Process.clock_gettime(Process::CLOCK_MONOTONIC) - before
    peak = File.read("/proc/#{@wait.pid}/status")[/VmHWM:\s+(\d+)/, 1].to_i / 1024
    puts format("%-34s %6.2f s of %5.1f, line %5.1f MiB, answer %5.1f MiB, peak %5d MiB  %s", what, spent,
                2 + line.bytesize / 2.0**21, line.bytesize / 2.0**20, answer.bytesize / 2.0**20, peak, answer[0, 60].chomp)
    answer
  end

  def bye
    @in << %({"id":99,"op":"bye"}\n)
    @in.close
    expect("bye", 0, @wait.value.exitstatus)
  end
end

def one_shot(op, input)
  out, status = Open3.capture2("ruby", "#{__dir__}/bmes_testee.rb", op, stdin_data: input, binmode: true)
  [JSON.parse(out), status.exitstatus]
end

client = Client.new
expect("hello", [1, 2, 3], client.ask("hello", protocol: 1).dig("ok", "formats"))

Dir["#{__dir__}/../../../spec/examples/v[1-3]-*.json"].sort.each do |path|
  example = JSON.parse(File.read(path))
  name = File.basename(path, ".json")
  operation, hex, record = example.values_at("operation", "hex", "record")
  if operation == "encode"
    answer = client.ask("encode", record: record, bytecode: example["bytecode"])
    expect(name, hex, answer.dig("ok", "hex"))
    expect(name, example["class"], answer.dig("err", "class"))
    next
  end
  answer = client.ask("decode", hex: hex)
  if record
    bytecode = example["bytecode"]
    place = { "offset" => (hex.size - bytecode.size) / 2, "length" => bytecode.size / 2 }
    expect(name, record.merge("bytecode" => place), answer["ok"])
  else
    expect(name, example.values_at("class", "offset"), answer["err"]&.values_at("class", "offset"))
  end
  answer = client.ask("check", hex: hex)
  expect(name, example["verdict"] == "accept" ? true : nil, answer["ok"])
  expect(name, example.values_at("class", "offset"), answer["err"]&.values_at("class", "offset") || [nil, nil])
  next unless example["verdict"] == "accept"

  bytes = [hex].pack("H*")
  version = bytes.unpack1("V", offset: 4)
  bytes.bytesize.times do |size|
    BMES.decode(bytes[0, size])
    expect("#{name} prefix #{size}", "truncated", "accepted")
  rescue BMES::Error => e
    expect("#{name} prefix #{size}", "truncated", e.error_class)
  end
  # A flipped bit is accepted or refused, and never breaks the reader.
  (bytes.bytesize * 8).times do |bit|
    flipped = bytes.dup
    flipped.setbyte(bit / 8, flipped.getbyte(bit / 8) ^ 1 << bit % 8)
    BMES.check(flipped)
  rescue BMES::Error
    $passed += 1
  end
  expect("#{name} version", version, BMES.identify(bytes))
  decoded = BMES.check(bytes)
  again = BMES.encode(decoded.record, bytes.byteslice(decoded.bytecode.offset, decoded.bytecode.length))
  expect("#{name} rewritten", decoded.record, BMES.decode(again).record)
end

# The session of PROTOCOL.md
session = [
  ["identify", { hex: "53454d42010000000000000000000000000000000000000000000000" }, { "ok" => { "version" => 1 } }],
  ["decode", { hex: "53454d420100000000000000000000000000000001000000010000006d02000000cafe" },
   { "ok" => { "version" => 1, "requests" => [], "imports" => [], "exports" => [], "star_exports" => ["m"],
               "bytecode" => { "offset" => 33, "length" => 2 } } }],
  ["encode", { record: { version: 1, requests: [{ specifier: "m", attributes: [] }], imports: [], exports: [],
                         star_exports: ["m"] }, bytecode: "cafe" },
   { "ok" => { "hex" => "53454d4201000000010000000100000" "06d00000000000000000000000001000000010000006d02000000cafe" } }],
]
session.each { |op, keys, wanted| expect("session #{op}", wanted, client.ask(op, keys)) }
answer = client.ask("check", hex: "53454d420100000000000000000000000000000001000000010000006d02000000cafe")
expect("session check", ["unrequested-module", 24], answer["err"].values_at("class", "offset"))
expect("session decode", "truncated", client.ask("decode", hex: "").dig("err", "class"))

# Requests that the runner never sends
empty = { version: 1, requests: [], imports: [], exports: [], star_exports: [] }
v3 = empty.merge(version: 3, declared_variables: [], lexical_variables: [], code_features: 0)
import = { type: "single", module_request: "m", import_name: "", local_name: "x" }
m = { requests: [{ specifier: "m", attributes: [] }] }
[[empty.merge(version: 4), "unsupported-version"], [{ version: -1 }, "unsupported-version"],
 [empty.merge(version: 1 << 40), "unsupported-version"], [empty.merge(version: 3), "unsupported-version"],
 [v3.merge(version: 2), "unsupported-version"], [empty.merge(code_features: 0), "unsupported-version"],
 [v3.merge(code_features: -1), "too-large"], [v3.merge(code_features: 1 << 32), "too-large"],
 [v3.merge(lexical_variables: [{ name: "x", bits: 1 << 32 }]), "too-large"],
 [empty.merge(m, imports: [import.merge(type: "other")]), "bad-type"],
 [empty.merge(m, imports: [import.merge(type: 0)]), nil], [empty.merge(star_exports: [1]), nil],
 [empty.reject { |key, _| key == :imports }, nil], [{}, nil]].each do |record, wanted|
  answer = client.ask("encode", record: record, bytecode: "")
  expect(record, wanted, answer.dig("err", "class"))
  expect(record, wanted.nil?, answer.key?("fault"))
end
record = JSON.generate(empty.merge(m, imports: [import.merge(type: "namespace", import_name: "LONE")]))
['\ud800', '\udc00x', '\ud800\u0041', '\udc00\ud800'].each do |lone|
  answer = JSON.parse(client.raw(%({"id":1,"op":"encode","record":#{record.sub('LONE') { lone }},"bytecode":""})))
  expect("namespace #{lone}", true, answer.key?("ok"))
  answer = JSON.parse(client.raw(%({"id":1,"op":"encode","record":#{record.gsub('"m"') { %("#{lone}") }},"bytecode":""})))
  expect("lone #{lone}", "bad-utf8", answer.dig("err", "class"))
end
escaped = '\ud83d\uDE00\u0000\/\n\\\\ud800\uFEFF'
answer = JSON.parse(client.raw(%({"id":1,"op":"encode","record":#{JSON.generate(empty.merge(m)).sub('"m"') { %("#{escaped}") }},"bytecode":""})))
expect("escapes", "\u{1F600}\0/\n\\ud800\uFEFF", BMES.decode([answer.dig("ok", "hex")].pack("H*")).record.requests[0].specifier)
['', 'x', '[]', '{"op":"hello"}', '{"id":1.0,"op":"hello"}', '{"id":9007199254740992,"op":"hello"}', "{\"id\":1,\"op\":\"\xFF\"}"].each do |line|
  answer = JSON.parse(client.raw(line))
  expect(line, [nil, true], [answer["id"], answer.key?("fault")])
end
expect("no op", true, client.ask(nil).key?("fault"))
expect("op", true, client.ask("other").key?("unsupported"))
%w[0 0A xx].each { |hex| expect(hex, true, client.ask("decode", hex: hex).key?("fault")) }

# Offsets of ill-formed UTF-8, in a star export of version 1 that begins at byte 24
{ "ab\xC3" => 2, "a\xE2\x82" => 1, "\xED\xA0\x80" => 0, "é\xC0\x80" => 2, "abc\xE2\x28" => 3, "\xF4\x90\x80\x80" => 0,
  "x\xF0\x9F\x98" => 1, "é" * 50_000 + "\xA9z" => 100_000 }.each do |text, wanted|
  BMES.decode(["SEMB", 1, 0, 0, 0, 1, text.bytesize, text, 0].pack("a4V6a*V"))
  expect(text[0, 9], wanted, "accepted")
rescue BMES::Error => e
  expect(text[0, 9], ["bad-utf8", wanted + 28], [e.error_class, e.offset])
end

# One-shot mode
example = JSON.parse(File.read("#{__dir__}/../../../spec/examples/v3-worked-example.json"))
file = [example["hex"]].pack("H*")
expect("one-shot hello", 0, one_shot("hello", "")[1])
expect("one-shot identify", [{ "ok" => { "version" => 3 } }, 0], one_shot("identify", file))
expect("one-shot check", [{ "ok" => true }, 0], one_shot("check", file))
expect("one-shot decode", 1, one_shot("decode", "x")[1])
input = "#{JSON.generate(record: example['record'], bytecode: example['bytecode'])}\n"
expect("one-shot encode", [{ "ok" => { "hex" => example["hex"] } }, 0], one_shot("encode", input))
expect("one-shot fault", 70, one_shot("encode", "{}")[1])

if ARGV.include?("large")
  words = ->(*list) { list.pack("V*") }
  v1 = ->(body) { ("SEMB" + words[1] + body).unpack1("H*") }
  n = 4_000_000
  hex = v1[words[0, 0, 0, n] + "\0\0\0\0" * n + words[0]]
  client.timed("decode 4M empty star exports", "decode", hex: hex)
  client.timed("check 4M empty star exports", "check", hex: hex)
  n = 800_000
  client.timed("decode 800k empty exports", "decode", hex: v1[words[0, 0, n] + ("\0" * 20) * n + words[0, 0]])
  n = 2_000_000
  client.timed("decode 2M empty attributes", "decode", hex: v1[words[1, 0, 1, n] + ("\0" * 8) * n + words[0, 0, 0, 0]])
  client.timed("decode 2M empty requests", "decode", hex: v1[words[n] + ("\0" * 8) * n + words[0, 0, 0, 0]])
  n = 16 << 20
  client.timed("decode one long string", "decode", hex: v1[words[0, 0, 0, 1, n] + "é" .b* (n / 2) + words[0]])
  client.timed("bad utf8 at the end", "decode", hex: v1[words[0, 0, 0, 1, n] + "a" * (n - 1) + "\xFF".b + words[0]])
  n = 300_000
  record = v3.merge(m, exports: Array.new(n) { |i| { type: "indirect", export_name: "name#{i}", module_name: "m", import_name: "y", local_name: "" } })
  answer = JSON.parse(client.timed("encode 300k exports", "encode", record: record, bytecode: ""))
  client.timed("check 300k exports", "check", hex: answer.dig("ok", "hex"))
  record = v3.merge(requests: Array.new(n) { |i| { specifier: "name#{i}", attributes: [{ key: "k", value: "v" }] } })
  answer = JSON.parse(client.timed("encode 300k requests", "encode", record: record, bytecode: ""))
  client.timed("check 300k requests", "check", hex: answer.dig("ok", "hex"))
end
client.bye
puts "#{$passed} passed, #{$failed} failed"
exit $failed.zero?
