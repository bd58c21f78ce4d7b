import data from './data.json' with { type: 'json' };
import * as namespace from './data.json' with { type: 'json' };
import { again } from './again.mjs';
console.log(data, namespace.default === data, again === data, Object.keys(namespace));
const dynamic = await import('./data.json', { with: { type: 'json' } });
console.log(dynamic === namespace);
for (const [specifier, options] of [
    ['./data.json', undefined],
    ['./data.json', { with: { type: 'text' } }],
    ['./bad.json', { with: { type: 'json' } }],
    ['./again.mjs', { with: { type: 'json' } }],
    ['./data.json', { with: { other: 'json' } }],
]) {
    try {
        await import(specifier, options);
        console.log(specifier, 'no error');
    } catch (error) {
        console.log(specifier, error.name, error.code ?? '');
    }
}
