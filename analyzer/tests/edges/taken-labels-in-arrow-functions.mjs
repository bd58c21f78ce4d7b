l: { (() => { l: for (;;) { break l; } })(); }
