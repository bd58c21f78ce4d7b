import.defer("./a.mjs");
