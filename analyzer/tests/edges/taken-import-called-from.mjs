import from from "./a.mjs";
from();
