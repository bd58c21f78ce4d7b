// @bun @bytecode
// index.mjs
import EventEmitter from "./index.js";
var eventemitter3_default = EventEmitter;
export {
  EventEmitter,
  eventemitter3_default as default
};
