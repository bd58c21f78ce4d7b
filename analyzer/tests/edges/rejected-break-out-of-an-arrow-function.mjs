for (;;) { () => { break; } }
