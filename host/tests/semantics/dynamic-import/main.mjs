const { default: first } = await import('./a.mjs');
const name = ['./a', 'mjs'].join('.');
const second = await import(name);
console.log(first, second.default, (await import(name)) === second);
const [one, two, three] = await Promise.all([import('./a.mjs?1'), import('./a.mjs?1'), import('./a.mjs?2')]);
console.log(one === two, one === three, one === second, one.query, three.query);
for (const specifier of ['./none.mjs', './bad.mjs', './throws.mjs', './throws.mjs', './no-export.mjs', './folder', './a', 'no-package', 'node:no']) {
    try {
        await import(specifier);
    } catch (error) {
        console.log(specifier, error.name, error.code ?? '');
    }
}
import('./later.mjs').then(({ later }) => later().then(console.log));
