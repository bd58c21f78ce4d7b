// Adds each word of a text to a counter.
export function count(text, counter) {
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) counter.add(word);
}
