import "./\u0061\x62\u{63}.mjs";
import "./\ud83d\ude00.mjs";
