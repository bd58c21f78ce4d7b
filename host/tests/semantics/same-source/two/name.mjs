export const name = 'and I am ';
