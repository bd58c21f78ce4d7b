console.log('a is evaluated');
export default 'a';
export const query = import.meta.url.split('?')[1];
