l: for (;;) { () => { continue l; } }
