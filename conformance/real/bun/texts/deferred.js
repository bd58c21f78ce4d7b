// @bun @bytecode
// bun-only/deferred.mjs
import defer * as units from "../units.mjs";
import { convert as convert2 } from "../units.mjs";
import defer * as scheduler from "../scheduler.mjs";
var inches = (length, unit) => units.convert(length, unit, "in");
var later = () => scheduler;
export {
  convert2 as convert,
  inches,
  later
};
