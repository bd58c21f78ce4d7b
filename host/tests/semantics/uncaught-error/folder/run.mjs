export function run(callback) {
    // The next line is in the trace.
    callback();
}
