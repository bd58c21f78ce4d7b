export const a = [/(?<a>x)|(?<a>y)/, /[\p{L}--[a-z]]/v, /\u{1f600}/u, /a(?=b)*/, /[/]/];
