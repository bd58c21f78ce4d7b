const bytes = new TextEncoder().encode('aä€😀');
const decoder = new TextDecoder();
console.log([...bytes].map((byte) => decoder.decode(Uint8Array.of(byte), { stream: true })), decoder.decode());
console.log(new TextDecoder('latin1').decode(Uint8Array.of(65, 228)), new TextDecoder('utf-16be').decode(Uint8Array.of(0, 65, 0xd8, 0x3d)));
console.log(new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.of(0xef, 0xbb, 0xbf, 65)).length, new TextDecoder().decode(Uint8Array.of(0xef, 0xbb, 0xbf, 65)).length);
console.log(new TextEncoder().encodeInto('a😀b', new Uint8Array(4)), new TextDecoder('UTF8').encoding);
for (const call of [() => new TextDecoder('x-none'), () => new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.of(255))]) {
    try {
        call();
    } catch (error) {
        console.log(error.name, error.code, error.message);
    }
}
console.log(atob('aGk='), btoa('hi'));
for (const name of ['ibm866', 'iso-8859-2', 'latin2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7', 'iso-8859-8', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'koi8-r', 'koi8-u', 'macintosh', 'windows-874', 'windows-1250', 'windows-1251', 'cp1251', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256', 'windows-1257', 'windows-1258', 'x-mac-cyrillic']) {
    const bytes = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
    const decoder = new TextDecoder(name);
    console.log(name, decoder.encoding, JSON.stringify(decoder.decode(bytes)));
    try {
        console.log(new TextDecoder(name, { fatal: true }).decode(bytes).length);
    } catch (error) {
        console.log(error.name, error.code, error.message);
    }
}
