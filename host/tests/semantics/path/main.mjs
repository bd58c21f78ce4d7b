import path from 'node:path';
import win32 from 'node:path/win32';
const paths = ['', '.', '/', '//a', 'a/b/', '/a/../..', 'C:\\a\\..\\b', 'C:a', '\\\\server\\share\\file.txt', 'a//b', '/a/.b', 'a.b.c', '..', './', 'C:/a//b/', '\\\\?\\C:\\x'];
for (const name of ['normalize', 'dirname', 'basename', 'extname', 'isAbsolute', 'parse']) {
    for (const one of [path, win32]) console.log(name, one === win32, paths.map((text) => one[name](text)));
}
const pairs = [['/a/b', '/a/c'], ['/a', '/a/b/c'], ['C:\\a\\b', 'C:\\A\\c'], ['C:\\a', 'D:\\a'], ['\\\\s\\h\\a', '\\\\s\\h\\b'], ['/a/b/c', '/']];
for (const [from, to] of pairs) console.log(path.join(from, to), win32.join(from, to), win32.relative(from, to));
console.log(win32.resolve('C:\\a', '..\\b'), win32.resolve('C:\\a', 'D:b', 'D:\\c', 'C:d'), path.resolve('/a', '../b', './c'));
console.log(win32.toNamespacedPath('C:\\a'), path.win32 === win32, win32.posix === path);
for (const call of [() => path.join(1), () => path.resolve('a', null), () => win32.basename({}), () => path.format('x')]) {
    try {
        call();
    } catch (error) {
        console.log(error.name, error.code, error.message);
    }
}
console.log(win32.normalize('\\\\.\\pipe'), win32.join('.', 'C:\\a'), win32.normalize('a/../C:/b'), win32.toNamespacedPath('\\\\s'));
console.log(path.basename('/', 'b'), path.basename('//', '.c'), path.basename('/', '.c'), win32.basename('\\', 'b'));
process.cwd = () => '';
console.log(path.resolve(''), path.resolve('a', '..'));
