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
