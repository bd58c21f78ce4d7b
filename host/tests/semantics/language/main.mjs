import { tag, Point, generate, numbers, expressions, destructure } from './features.mjs';
console.log(tag() === tag(), tag().raw, new Point(3, 4).length, new Point(1, 2).toString(), Point.count);
console.log([...generate(3)], numbers, expressions.map(String));
console.log(destructure({ a: 1, rest: [2, 3], other: 4 }), `${new Point(0, 0)?.none?.deep ?? 'nothing'}`);
label: for (let i = 0; ; i++) {
    for (const j of [1, 2]) if (i * j === 4) break label;
}
console.log('done', eval('1 + 1'), new Function('a', 'return a * 2')(21));
