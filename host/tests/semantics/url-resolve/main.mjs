// `url.resolve` with each kind of base and of relative URL.
import url from 'node:url';
const bases = ['http://a.com/b/c/d;p?q', 'http://u:p@a.com:80', 'mailto:a@b.c', 'file:///x/y', 'a/b/c', '/a/b', 'x:y/z', 'javascript:foo', '', 'http:///s//a/b/c', 'zx://ex.com/f', '.', '..', '//h/p', 'http://a.com/../b', 'foo:a/b', 'https://a.com?x#y', 'xx://u@h:9/p/q'];
const relatives = ['', 'g', './g', 'g/', '/g', '//g', '?y', 'g?y', '#s', 'g#s', ';x', '.', './', '..', '../', '../g', '../..', '../../../g', 'http:g', 'http://x', 'https:/q/w', 'mailto:z@y', 'file:f', 'file:/f', 'xx:a', 'u:p@h', 'http://u2@a.com/x', '///z', '/..', 'g/../h', 'g/./h/.', '.g', '..g', 'g;x=1/../y', 'javascript:x'];
for (const base of bases) console.log(base, relatives.map((relative) => url.resolve(base, relative)).join(' '));
for (const relative of relatives) console.log(JSON.stringify(url.resolveObject('http://u:p@a.com/b/c?d#e', relative)));
