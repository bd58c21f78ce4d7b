// An ES module program in several files: static and dynamic imports, JSON, and a top-level await.
import settings from './settings.json' with { type: 'json' };
import { greet } from './greet.mjs';
import { count, increment } from './counter.js';

console.log(greet(settings.name));
increment();
console.log('count:', count);
const { shout } = await import('./shout.mjs');
console.log(shout(greet('module ' + import.meta.url.split('/').at(-1))));
