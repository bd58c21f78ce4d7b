export const name = 'I am ';
