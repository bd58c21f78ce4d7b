# The data of a module's record and its bytecode. `src/module_capnp.rs` is generated from this schema;
# README.md has the command.

@0x9d1f0c3a5b7e2468;

struct Attribute {
  key @0 :Text;
  value @1 :Text;
}

struct Request {
  specifier @0 :Text;
  attributes @1 :List(Attribute);
}

struct Import {
  kind @0 :UInt8;
  moduleRequest @1 :Text;
  importName @2 :Text;
  localName @3 :Text;
}

struct Export {
  kind @0 :UInt8;
  exportName @1 :Text;
  moduleName @2 :Text;
  importName @3 :Text;
  localName @4 :Text;
}

struct Module {
  requests @0 :List(Request);
  imports @1 :List(Import);
  exports @2 :List(Export);
  starExports @3 :List(Text);
  bytecode @4 :Data;
}
