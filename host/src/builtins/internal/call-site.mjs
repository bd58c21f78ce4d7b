// Finds the source of a call, for the message of an assertion.

import host from 'bmes:host';

// Returns the message about an expression that is false, or nothing if its source is not found.
export function called(callee) {
    try {
        const holder = {};
        Error.captureStackTrace(holder, callee);
        const [, name, line, column] = /^    at .*\((.*):(\d+):(\d+)\)$/m.exec(holder.stack);
        const text = host.readText(host.path(name) ?? name);
        const before = text.split('\n').slice(0, line - 1);
        const at = before.reduce((sum, line) => sum + line.length + 1, Number(column) - 1);
        const [start, end] = callAround(text, at, callee.name);
        // Lines lose the indentation that the first one has.
        const indentation = new RegExp(`^[ \\t]{0,${start - text.lastIndexOf('\n', start) - 1}}`);
        const [head, ...rest] = text.slice(start, end).split('\n');
        const code = [head, ...rest.map((line) => `  ${line.replace(indentation, '')}`)].join('\n');
        return `The expression evaluated to a falsy value:\n\n  ${code}\n`;
    } catch {
        return undefined;
    }
}

// Returns where the innermost call of an assertion begins and ends. The engine's position is somewhere in the call.
function callAround(text, at, name) {
    const first = Math.max(0, at - 5000);
    const near = text.slice(first, at + 200);
    let found;
    for (const match of near.matchAll(/[\w$]+(?:\s*\??\.[\w$]+)*\s*(?:\?\.)?\(/g)) {
        const names = match[0].match(/[\w$]+/g);
        if (names[0] !== 'assert' && ![name, 'ok', 'assert'].includes(names.at(-1))) continue;
        const start = first + match.index;
        if (start > at) break;
        const end = endOf(text, start + match[0].length - 1);
        if (end > at) found = [start, end];
    }
    return found;
}

// Returns where the parenthesis at a place is closed.
function endOf(text, open) {
    let depth = 0;
    // Texts, templates, comments and parentheses.
    const tokens = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\[^]|[^`\\])*`|\/\/.*|\/\*[^]*?\*\/|[()]/g;
    tokens.lastIndex = open;
    for (const { 0: token, index } of text.matchAll(tokens)) {
        if (token === '(') depth++;
        if (token === ')' && --depth === 0) return index + 1;
    }
    return -1;
}
