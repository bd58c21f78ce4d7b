import host from 'bmes:host';
export const EOL = '\n';
export const platform = () => host.platform;
export const arch = () => host.arch;
export const type = () => (host.platform === 'darwin' ? 'Darwin' : 'Linux');
export const release = () => '';
export const homedir = () => process.env.HOME ?? '/';
export const tmpdir = () => process.env.TMPDIR ?? '/tmp';
export const hostname = () => 'localhost';
export const cpus = () => [];
export const availableParallelism = () => 1;
export const totalmem = () => 0;
export const freemem = () => 0;
export const endianness = () => 'LE';
export const userInfo = () => ({ username: process.env.USER ?? '', homedir: homedir(), shell: null, uid: -1, gid: -1 });
export const constants = { signals: {}, errno: {} };
export default {
    EOL, platform, arch, type, release, homedir, tmpdir, hostname, cpus, availableParallelism, totalmem, freemem, endianness,
    userInfo, constants,
};
