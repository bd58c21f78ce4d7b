import fs from 'node:fs';
import fsPromises, { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const folder = new URL('./folder', import.meta.url);
const shown = async (call) => {
    try {
        console.log(await call());
    } catch (error) {
        const { name, code, errno, syscall, path } = error;
        console.log(name, code, errno, syscall, path, Object.keys(error).join(' '));
        console.log(error.message);
    }
};
await shown(() => fs.readFileSync('/tmp'));
await shown(() => fs.readFileSync('/none', 'utf8'));
await shown(() => fs.readFileSync('folder/one.txt/x'));
await shown(() => fs.readFileSync('folder/bytes.bin'));
await shown(() => fs.readFileSync('folder/bytes.bin', 'utf8').length);
await shown(() => fs.readFileSync('folder/one.txt', { encoding: 'base64' }));
await shown(() => fs.readFileSync(undefined));
await shown(() => fs.readFileSync({}));
await shown(() => fs.readFileSync('a\0b'));
await shown(() => fs.readFileSync('folder', 5));
await shown(() => fs.readFileSync('folder', 'none'));
await shown(() => fs.readFile('folder'));
await shown(() => fs.statSync('/none'));
await shown(() => fs.statSync('/none', { throwIfNoEntry: false }));
await shown(() => fs.lstatSync('/none'));
await shown(() => fs.readdirSync('/none'));
await shown(() => fs.readdirSync('folder'));
await shown(() => fs.readdirSync('folder', { recursive: true }));
await shown(() => fs.readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile(), entry.isDirectory()]));
await shown(() => fs.readdirSync('folder', { withFileTypes: true, recursive: true }).map((entry) => `${entry.parentPath} ${entry.name}`));
await shown(() => fs.readdirSync('folder', 'buffer'));
await shown(() => fs.accessSync('/none'));
await shown(() => fs.accessSync('folder', fs.constants.R_OK));
await shown(() => fs.accessSync('folder/one.txt', fs.constants.X_OK).code);
await shown(() => fs.realpathSync('/none/x'));
await shown(() => fs.realpathSync.native('/none/x'));
await shown(() => fs.realpathSync('folder') === fs.realpathSync('folder/../folder', { encoding: 'buffer' }).toString());
await shown(() => fs.readlinkSync('/none'));
await shown(() => [fs.existsSync('folder'), fs.existsSync('none'), fs.existsSync({}), fs.existsSync()]);
await shown(() => Object.keys(fs.statSync('folder')).join(' '));
await shown(() => {
    const [small, large] = [fs.statSync('folder/one.txt'), fs.statSync('folder/one.txt', { bigint: true })];
    return [small.size, large.size, small.isFile(), large.isDirectory(), BigInt(Math.trunc(small.mtimeMs)) === large.mtimeMs, small.mtime instanceof Date];
});
await shown(() => readFile('folder/one.txt', 'utf8'));
await shown(() => readFile('/none'));
await shown(() => readFile(5));
await shown(() => readFile('folder/one.txt', { signal: AbortSignal.abort() }));
await shown(() => fsPromises.access('/none'));
await shown(() => fsPromises.readdir('folder'));
await shown(() => promisify(fs.exists)('folder'));
await shown(() => promisify(fs.readFile)('folder/one.txt', 'latin1'));

// The order: a callback comes after the jobs and the ticks, and errors of callbacks are not caught.
process.on('uncaughtException', (error) => {
    console.log('uncaught', error.message);
    fs.access('folder', (...values) => console.log('access', values));
});
fs.readFile('folder/one.txt', 'utf8', (error, text) => {
    console.log('callback', error, text);
    Promise.resolve().then(() => console.log('job after the callback'));
    fs.readFile('/none', (error) => {
        console.log(error.code, error.message);
        throw new Error('of the callback');
    });
});
Promise.resolve().then(() => console.log('job'));
process.nextTick(() => console.log('tick'));
console.log('end');
