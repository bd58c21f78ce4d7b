// Loads plugins: some at once for their effect, one when it is asked for, with `await` at the top level.
import "./registry.mjs";
import "./plugin-upper.mjs";
import {} from "./tokenizer.mjs";
import "./plugin-upper.mjs";
import * as registry from "./registry.mjs";

const { default: slug, position } = await import("./plugin-slug.mjs");

async function load(...specifiers) {
  const loaded = await Promise.allSettled(specifiers.map((specifier) => import(specifier)));
  return loaded.filter(({ status }) => status === "fulfilled").length;
}

export const missing = 1 - (await load("./there-is-no-such-plugin.mjs"));

for await (const name of registry.entries.keys()) {
  if (typeof name !== "string") throw new TypeError("a plugin without a name");
}

export { slug, position, load };
export const plugins = registry.default;
export default [...registry.entries.keys()];
