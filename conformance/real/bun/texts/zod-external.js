// @bun @bytecode
// v4/classic/external.js
import * as core from "../core/index.js";

export * from "./schemas.js";
export * from "./checks.js";
export * from "./errors.js";
export * from "./parse.js";
export * from "./compat.js";
import { globalRegistry, registry, config, memoizer, $output, $input, $brand, clone, regexes, treeifyError, prettifyError, formatError, flattenError, TimePrecision, util, NEVER, INVALID, toZod, compile, withParser, ZodCompileAsyncError, ZodCompileUnsupportedError, getDiscriminatedOption } from "../core/index.js";
import { toJSONSchema } from "../core/json-schema-processors.js";
import { fromJSONSchema } from "./from-json-schema.js";
import { deepPartial } from "./deep-partial.js";
import { input, output } from "./in-out.js";
import * as locales from "../locales/index.js";
import { ZodISODateTime, ZodISODate, ZodISOTime, ZodISODuration } from "./iso.js";
import * as iso from "./iso.js";
import * as coerce from "./coerce.js";
export {
  $brand,
  $input,
  $output,
  INVALID,
  NEVER,
  TimePrecision,
  ZodCompileAsyncError,
  ZodCompileUnsupportedError,
  ZodISODate,
  ZodISODateTime,
  ZodISODuration,
  ZodISOTime,
  clone,
  coerce,
  compile,
  config,
  core,
  deepPartial,
  flattenError,
  formatError,
  fromJSONSchema,
  getDiscriminatedOption,
  globalRegistry,
  input,
  iso,
  locales,
  memoizer,
  output,
  prettifyError,
  regexes,
  registry,
  toJSONSchema,
  toZod,
  treeifyError,
  util,
  withParser
};
