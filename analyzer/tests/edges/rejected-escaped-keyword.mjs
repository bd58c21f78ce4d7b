\u0069mport "./a.mjs";
