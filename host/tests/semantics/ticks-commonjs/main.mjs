// A CommonJS module that is imported: its ticks wait for the jobs, because the program is an ECMAScript module.
import './main.cjs';
