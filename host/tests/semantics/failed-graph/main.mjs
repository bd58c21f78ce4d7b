// A module of a graph that cannot be loaded stays usable on its own.
for (const specifier of ['./cycle-a.mjs', './cycle-b.mjs', './good.mjs', './cycle-a.mjs', './uses-good.mjs']) {
    try {
        console.log(specifier, (await import(specifier)).default);
    } catch (error) {
        console.log(specifier, error.name);
    }
}
