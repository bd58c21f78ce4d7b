export let x = 1;
export const ambiguous = 1;
export default 'not exported again';
