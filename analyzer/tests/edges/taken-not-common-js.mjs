module;
require;
exports;
var module, require, exports;
