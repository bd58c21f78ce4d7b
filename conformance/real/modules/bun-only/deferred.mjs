// One module requested twice, deferred and evaluated: the phase tells the two requests apart.
import defer * as units from "../units.mjs";
import { convert } from "../units.mjs";
import defer * as scheduler from "../scheduler.mjs";

export const inches = (length, unit) => units.convert(length, unit, "in");
export const later = () => scheduler;
export { convert };
