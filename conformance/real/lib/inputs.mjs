// The modules whose record is taken from Bun's executables: modules of this folder, and files of npm packages.

/** The npm packages, at exact versions. Each has a licence that allows a copy with its notice. */
export const PACKAGES = {
  "cli-spinners": "3.4.0",
  eventemitter3: "5.0.4",
  mitt: "3.0.1",
  nanoid: "5.1.16",
  "p-limit": "7.3.3",
  tslib: "2.9.1",
  "yocto-queue": "1.2.2",
  zod: "4.6.7",
  zustand: "5.1.0",
};

/** A module has a `name` for its files, and a `file` of `modules/` or of its `package`. */
export const INPUTS = [
  { name: "deferred", file: "bun-only/deferred.mjs" },
  { name: "names", file: "names.mjs" },
  { name: "non-ascii-file-name", file: "größe-大小-📏.mjs" },
  { name: "settings", file: "settings.mjs" },
  { name: "cli-spinners", package: "cli-spinners", file: "index.js" },
  { name: "eventemitter3", package: "eventemitter3", file: "index.mjs" },
  { name: "mitt", package: "mitt", file: "dist/mitt.mjs" },
  { name: "nanoid", package: "nanoid", file: "index.js" },
  { name: "p-limit", package: "p-limit", file: "index.js" },
  { name: "tslib", package: "tslib", file: "modules/index.js" },
  { name: "yocto-queue", package: "yocto-queue", file: "index.js" },
  { name: "zod", package: "zod", file: "index.js" },
  { name: "zod-external", package: "zod", file: "v4/classic/external.js" },
  { name: "zustand", package: "zustand", file: "esm/index.mjs" },
];
