export default process;
export const { argv, env, cwd, exit, stdout, stderr, platform, arch, version, versions, nextTick, hrtime, pid, emitWarning } =
    process;
