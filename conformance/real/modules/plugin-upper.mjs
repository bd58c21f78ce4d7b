// Registers itself: importers want the effect and no binding.
import { register } from "./registry.mjs";

register("upper", (text) => text.toUpperCase());

export {};
