import "./größe-📏.mjs";
