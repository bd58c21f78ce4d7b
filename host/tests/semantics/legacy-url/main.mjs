import url from 'node:url';
const texts = [
    'http://user:pass@Example.com:8080/p/a/t/h?query=string#hash', '//some_path', '/a?b=c', 'mailto:a@b.c', 'javascript:alert(1)', 'x:y@z.com',
    'file:///etc/passwd', 'http://[::1]:3000/', 'http://a.b/\tbc?q=\'1', 'http://münchen.de/ä', '?a=b', '#c', 'http://a.com:b/', 'a\\b\\c',
];
for (const text of texts) console.log(url.format(url.parse(text)), { ...url.parse(text, true) });
const pairs = [['/one/two/three', 'four'], ['http://a.com/b', '/c?d'], ['http://a.com/b', 'http://x.y/z'], ['a/b', '../../c'], ['/a/b', '..'], ['/a', '?x']];
for (const [from, to] of pairs) console.log(url.resolve(from, to));
console.log(url.format({ protocol: 'http', hostname: 'a.b', port: 1, pathname: 'c#d', query: { e: ['f', 'g'] } }));
console.log(url.format(new URL('http://u:p@a.b/c?d#e'), { fragment: false, auth: false, search: false }));
console.log(url.urlToHttpOptions(new URL('http://u:p@[::1]:8080/c?d')));
for (const call of [() => url.parse(1), () => url.fileURLToPath('http://a'), () => new URLSearchParams([[1]]), () => new URL('x'), () => url.pathToFileURL(null)]) {
    try {
        call();
    } catch (error) {
        console.log(error.name, error.code, error.message);
    }
}
const params = new URLSearchParams('a=1&b=2&a=3');
console.log([...params.keys()], params.getAll('a'), params.has('a', '3'), params.size, `${params}`, params.entries());
