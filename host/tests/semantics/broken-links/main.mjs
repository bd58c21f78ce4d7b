// The error names the place of the import, also if the name is looked for in another module.
import { there,
    none } from './hub.mjs';
