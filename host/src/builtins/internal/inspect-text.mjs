// The texts of values that are no objects, and the colors of terminals.

export const STYLES = {
    __proto__: null, special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold',
    string: 'green', symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
};
export const COLORS = {
    __proto__: null, reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27],
    hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
};
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];
const add = (names, first, end) => names.forEach((name, index) => (COLORS[name] = [first + index, end]));
const capital = (name) => name[0].toUpperCase() + name.slice(1);
const bright = ['gray', ...NAMES.slice(1).map((name) => `${name}Bright`)];
add(NAMES, 30, 39);
add(NAMES.map((name) => `bg${capital(name)}`), 40, 49);
Object.assign(COLORS, { framed: [51, 54], overlined: [53, 55] });
add(bright, 90, 39);
add(bright.map((name) => `bg${capital(name)}`), 100, 49);
const ALIASES = {
    grey: 'gray', blackBright: 'gray', bgGrey: 'bgGray', bgBlackBright: 'bgGray', faint: 'dim', crossedout: 'strikethrough',
    strikeThrough: 'strikethrough', crossedOut: 'strikethrough', conceal: 'hidden', swapColors: 'inverse', swapcolors: 'inverse',
    doubleUnderline: 'doubleunderline',
};
for (const alias in ALIASES) {
    const name = ALIASES[alias];
    Object.defineProperty(COLORS, alias, {
        get: () => COLORS[name],
        set(color) {
            COLORS[name] = color;
        },
        enumerable: false,
        configurable: true,
    });
}

// Returns a text without the colors of terminals.
// eslint-disable-next-line no-control-regex
export const plain = (text, hasColors = true) => (hasColors ? text.replace(/\u001b\[\d+m/g, '') : text);

// Returns the number of columns that a text has in a terminal. The characters of East Asia and emoji are wide.
const WIDE =
    /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f251}\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
export function widthOf(text) {
    if (/^[\u0020-\u00ff]*$/.test(text)) return text.length;
    let width = 0;
    for (const character of text.normalize('NFC')) {
        if (WIDE.test(character)) width += 2;
        else if (!/[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u.test(character)) width++;
    }
    return width;
}

const ESCAPES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\\': '\\\\' };
// Returns a text with escapes for control characters, backslashes and lone surrogates.
export const escape = (text) =>
    // eslint-disable-next-line no-control-regex
    text.replace(/[\u0000-\u001f\u007f-\u009f\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, (character) => {
        const digits = character.charCodeAt(0).toString(16);
        return ESCAPES[character] ?? (digits.length > 2 ? `\\u${digits}` : `\\x${digits.toUpperCase().padStart(2, '0')}`);
    });
export function quote(text) {
    if (/^[ -&(-[\]-~]*$/.test(text)) return `'${text}'`;
    const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
    const escaped = escape(text);
    return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

// Returns the text of a number or a big integer.
export function number(value, hasSeparators = false) {
    const text = Object.is(value, -0) ? '-0' : String(value);
    const end = typeof value === 'bigint' ? 'n' : '';
    if (!hasSeparators || !/^-?\d+(\.\d+)?$/.test(text)) return text + end;
    const [whole, fraction] = text.split('.');
    const separated = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, '_');
    return separated + (fraction === undefined ? '' : `.${fraction.replace(/(\d{3})(?=\d)/g, '$1_')}`) + end;
}
