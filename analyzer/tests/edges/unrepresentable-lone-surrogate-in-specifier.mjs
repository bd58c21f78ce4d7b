import "./\ud800.mjs";
