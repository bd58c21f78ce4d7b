const { console } = globalThis;
export const {
    Console, assert, clear, context, count, countReset, debug, dir, dirxml, error, group, groupCollapsed, groupEnd, info, log, table,
    time, timeEnd, timeLog, trace, warn,
} = console;
export default console;
